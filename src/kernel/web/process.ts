/** `process` in a browser: output, the notebook's folder, the clock. It says of no version of Node that it is one. */
import { EventEmitter } from "events";
import { projectFolder } from "../../platform/project";
import { contexts } from "./asyncHooks";

/** Where the notebook stands, in memory: beside those of the project. */
export const notebookFolder = `${projectFolder}/notebooks`;

/** A standard stream; what belongs to no cell goes to the browser's own console. */
function stream(name: "log" | "error") {
  const write = console[name].bind(console);
  return Object.assign(new EventEmitter(), {
    isTTY: false,
    writable: true,
    write(text: unknown): boolean {
      write(String(text).replace(/\n$/, ""));
      return true;
    },
  });
}

const started = performance.now();
const nanoseconds = () => BigInt(Math.round(performance.now() * 1e6));

/** @param exit Ends what runs the cells. */
export function makeProcess(exit: (code: number) => void): object {
  const process = Object.assign(new EventEmitter(), {
    ...{ title: "browser", version: "", versions: {}, platform: "browser", arch: "wasm", env: {}, pid: 1 },
    ...{
      argv: ["browser"],
      execArgv: [],
      exitCode: undefined as number | undefined,
      release: {},
      config: {},
    },
    stdout: stream("log"),
    stderr: stream("error"),
    cwd: () => notebookFolder,
    chdir() {
      throw new Error("a notebook in a browser has one folder, its own");
    },
    nextTick(run: (...given: unknown[]) => void, ...given: unknown[]) {
      queueMicrotask(contexts.bind(() => run(...given)));
    },
    hrtime: Object.assign(
      (since: [number, number] = [0, 0]): [number, number] => {
        const now = nanoseconds() - BigInt(since[0]) * 1_000_000_000n - BigInt(since[1]);
        return [Number(now / 1_000_000_000n), Number(now % 1_000_000_000n)];
      },
      { bigint: nanoseconds },
    ),
    uptime: () => (performance.now() - started) / 1000,
    memoryUsage() {
      const { memory } = performance as unknown as {
        memory?: { usedJSHeapSize: number; totalJSHeapSize: number };
      };
      const { usedJSHeapSize: heapUsed = 0, totalJSHeapSize: heapTotal = 0 } = memory ?? {};
      return { rss: heapTotal, heapTotal, heapUsed, external: 0, arrayBuffers: 0 };
    },
    emitWarning(warning: unknown) {
      process.stderr.write(`(browser) Warning: ${warning instanceof Error ? warning.message : warning}\n`);
    },
    exit(code?: number) {
      exit(code ?? process.exitCode ?? 0);
      throw new Error("the process ends");
    },
  });
  return process;
}
