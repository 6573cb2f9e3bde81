import { statSync } from "node:fs";
import type { FileWatcher, FileWatcherCallback } from "@tslab/typescript-for-tslab";

/** What the compiler calls a file that changed and one that is gone. */
const changed = 1;
const deleted = 2;

/**
 * The files that the compiler has read and wants to hear about. They are looked at when a cell is run, not all
 * the time: what the cell sees is then surely the newest, and hundreds of system watches are saved.
 */
export class FileWatch {
  private readonly files = new Map<string, { stamp: string; callbacks: Set<FileWatcherCallback> }>();

  add(path: string, callback: FileWatcherCallback): FileWatcher {
    let file = this.files.get(path);
    if (file === undefined) {
      file = { stamp: stampOf(path), callbacks: new Set() };
      this.files.set(path, file);
    }
    const { callbacks } = file;
    callbacks.add(callback);
    return {
      close: () => {
        callbacks.delete(callback);
        if (callbacks.size === 0) this.files.delete(path);
      },
    };
  }

  /** Tells the compiler which files have changed since it read them; packages don't. */
  refresh(): void {
    for (const [path, file] of this.files) {
      if (path.includes("/node_modules/")) continue;
      const stamp = stampOf(path);
      if (stamp === file.stamp) continue;
      file.stamp = stamp;
      for (const callback of file.callbacks) callback(path, stamp === missing ? deleted : changed);
    }
  }
}

const missing = "missing";

/** What changes when the file does. */
export function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? missing : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
