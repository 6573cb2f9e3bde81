import { startThread } from "../platform/threads";
import { nextTurn } from "../platform/turn";
import { WorkQueue } from "./schedule";
import { instantiate, type WasmMemory, type WasmModule } from "./webassembly";

/** How long this thread works without giving way, in milliseconds: blocks are shorter, and pauses are not free. */
const yieldInterval = 5;

/** One step of a computation: a kernel, run once for each block of rows [bounds[k], bounds[k + 1]). */
export interface Step {
  kernel: string;
  bounds: ArrayLike<number>;
  /** What the kernel is given after `from` and `to`; the number of its thread comes last. */
  args: readonly number[];
}

/** What a worker is given. */
export interface WorkerTask {
  module: WasmModule;
  memory: WasmMemory;
  steps: readonly Step[];
  control: Int32Array;
  thread: number;
}

/** How the steps of a computation are done. */
export interface PoolOptions {
  /** What is being done, as in "training": named where a thread of it ends before its time. */
  work: string;
  threads: number;
  /** Gives way to other work; throws where the computation is to stop. */
  pause: () => Promise<void>;
}

/** Threads that do the steps of one computation together: this one, and workers beside it. */
export interface WorkerPool {
  /** Does step `number`, whole. */
  run(number: number): Promise<void>;
  /** Ends the workers, and waits until they have ended. */
  close(): Promise<void>;
}

/**
 * Threads that share a memory. Blocks go to whoever is free, so that a thread held up by other programs holds up
 * no one; what a block computes must not depend on who does it, nor on the other blocks of its step.
 *
 * This thread takes its share of the blocks, gives way to other work between them by `pause`, and may be stopped
 * there by what that throws. Workers that start late find the others at work; none has to be waited for.
 */
export function openWorkers(
  module: WasmModule,
  memory: WasmMemory,
  steps: readonly Step[],
  options: PoolOptions,
): WorkerPool {
  const { work, threads, pause } = options;
  const kernels = instantiate(module, memory);
  const queue = new WorkQueue();
  let failure: Error | undefined;
  let closing = false;
  const ended: Promise<unknown>[] = [];
  const workers = Array.from({ length: threads - 1 }, (_, k) => {
    const task: WorkerTask = { module, memory, steps, control: queue.control, thread: k + 1 };
    let tellEnd: (status: number) => void;
    ended.push(
      new Promise((resolve) => {
        tellEnd = resolve;
      }),
    );
    const error = (thrown: Error) => {
      failure ??= thrown;
    };
    const exit = (status: number) => {
      if (!closing) failure ??= new Error(`a thread of the ${work} ended with status ${status}`);
      tellEnd(status);
    };
    return startThread("wasm/worker", task, { error, exit }, { held: false });
  });
  let yielded = performance.now();
  /** Gives way to other work, which may bring news of a thread that has failed. */
  const giveWay = async () => {
    await pause();
    yielded = performance.now();
    if (failure) throw failure;
  };
  return {
    async run(number) {
      const { kernel, bounds, args } = steps[number];
      const blocks = bounds.length - 1;
      queue.open(number, blocks);
      for (let block = queue.take(number, blocks); block >= 0; block = queue.take(number, blocks)) {
        kernels[kernel](bounds[block], bounds[block + 1], ...args, 0);
        queue.finish(blocks);
        if (performance.now() - yielded > yieldInterval) await giveWay();
      }
      while (!queue.waitUntilDone(blocks)) {
        await nextTurn();
        await giveWay();
      }
    },
    async close() {
      closing = true;
      queue.stop();
      for (const worker of workers) worker.hold();
      await Promise.all(ended);
      // One that failed before it was needed: told all the same.
      if (failure) throw failure;
    },
  };
}
