import type { Run } from "./debugging";

/** There is no debugger in a browser's kernel: the browser's own tools do that. */
export class Debugging {
  start(_: Iterable<Run>): void {
    throw new Error("cells that run in a browser are debugged with the browser's own tools");
  }

  stop(): void {}

  async add(_: Run): Promise<void> {}
}
