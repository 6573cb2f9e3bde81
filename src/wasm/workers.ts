import { Worker } from "node:worker_threads";
import { workerFile } from "../base/project";
import { instantiate } from "./kernels";
import { Claims } from "./schedule";
import type { WasmMemory, WasmModule } from "./webassembly";

/** How long this thread works without a pause, in milliseconds: blocks are shorter, and pauses are not free. */
const restless = 5;

/** One step of a computation: a kernel, run once for each block of rows [bounds[k], bounds[k + 1]). */
export interface Step {
  kernel: string;
  bounds: ArrayLike<number>;
  /** What the kernel is given after `from` and `to`; the number of its thread comes last. */
  args: readonly number[];
}

/** What a worker is given. */
export interface CrewWork {
  module: WasmModule;
  memory: WasmMemory;
  steps: readonly Step[];
  control: Int32Array;
  thread: number;
}

/** Threads that do the steps of one computation together: this one, and workers beside it. */
export interface Crew {
  /** Does step `number`, whole. */
  run(number: number): Promise<void>;
  /** Ends the workers, and waits until they have ended. */
  close(): Promise<void>;
}

/**
 * Threads that share a memory. Blocks go to whoever is free, so that a thread held up by other programs holds up
 * no one; what a block computes must not depend on who does it, nor on the other blocks of its step.
 *
 * This thread takes its share of the blocks, gives way to other work between them by `breathe`, and may be stopped
 * there by what `breathe` throws. Workers that start late find the others at work; none has to be waited for.
 */
export function openCrew(
  module: WasmModule,
  memory: WasmMemory,
  steps: readonly Step[],
  options: { threads: number; breathe: () => Promise<void> },
): Crew {
  const { threads, breathe } = options;
  const kernels = instantiate(module, memory);
  const claims = new Claims();
  let failure: Error | undefined;
  let closing = false;
  const ended: Promise<unknown>[] = [];
  const workers = Array.from({ length: threads - 1 }, (_, k) => {
    const workerData: CrewWork = { module, memory, steps, control: claims.control, thread: k + 1 };
    const worker = new Worker(workerFile("wasm/worker"), { workerData });
    worker.unref();
    worker.on("error", (error: Error) => {
      failure ??= error;
    });
    ended.push(
      new Promise((resolve) =>
        worker.on("exit", (code) => {
          if (!closing) failure ??= new Error(`a thread of the training ended with status ${code}`);
          resolve(code);
        }),
      ),
    );
    return worker;
  });
  let rested = performance.now();
  /** Gives way to other work, which may bring news of a thread that has failed. */
  const pause = async () => {
    await breathe();
    rested = performance.now();
    if (failure) throw failure;
  };
  return {
    async run(number) {
      const { kernel, bounds, args } = steps[number];
      const blocks = bounds.length - 1;
      claims.open(number);
      for (let block = claims.take(number, blocks); block >= 0; block = claims.take(number, blocks)) {
        kernels[kernel](bounds[block], bounds[block + 1], ...args, 0);
        claims.finish(blocks);
        if (performance.now() - rested > restless) await pause();
      }
      while (!claims.waitUntilDone(blocks)) {
        await new Promise((resume) => setImmediate(resume));
        await pause();
      }
    },
    async close() {
      closing = true;
      claims.stop();
      for (const worker of workers) worker.ref();
      await Promise.all(ended);
      // One that failed before it was needed: told all the same.
      if (failure) throw failure;
    },
  };
}
