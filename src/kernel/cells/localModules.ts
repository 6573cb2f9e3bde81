import { dirname, join } from "node:path";
import type { SideOutput } from "tslab/dist/converter";

/**
 * The compiled modules from beside the notebook. tslab runs one anew when it has changed; this adds all that
 * import it, directly or not, which would otherwise keep what they once imported.
 */
export class LocalModules {
  private readonly code = new Map<string, string>();

  /** The modules to run anew: those that were compiled just now, and their importers. */
  withImporters(compiled: readonly SideOutput[]): SideOutput[] {
    for (const { path, data } of compiled) this.code.set(path, data);
    const stale = new Set(compiled.map(({ path }) => path));
    for (let size = -1; size !== stale.size; ) {
      size = stale.size;
      for (const [path, data] of this.code)
        if (importsOf(path, data).some((file) => stale.has(file))) stale.add(path);
    }
    return [...stale].map((path) => ({ path, data: this.code.get(path)! }));
  }
}

/** The files beside it that a compiled module requires. */
function importsOf(path: string, code: string): string[] {
  return [...code.matchAll(/\brequire\("(\.[^"]*)"\)/g)].map(([, name]) => {
    const file = join(dirname(path), name).replace(/\\/g, "/");
    return /\.\w+$/.test(file) ? file : `${file}.js`;
  });
}
