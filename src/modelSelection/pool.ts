import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { breather, onAbort } from "../base/pause";
import { workerFile } from "../base/project";
import type { Ratings } from "../ratings/ratings";
import type { Fold } from "../ratings/split";
import { type Fit, type FitName, type Outcome, runFit, type Settings } from "./fits";

/** One fit to be done: on which fold, with what settings. */
export interface Job {
  fold: number;
  settings: Settings;
}

/** What a worker is started with. */
export interface Work {
  fit: FitName;
  parts: readonly { train: Ratings; held?: Ratings }[];
}

/** What a worker answers. */
export type Answer = { place: number; outcome: Outcome } | { place: number; error: Error };

export interface PoolOptions {
  fit: FitName | Fit;
  /** Whether each fit is given its fold's test, to follow its error and to stop by. */
  watch: boolean;
  /** @default as many as there are cores and jobs; 1 where `fit` is a function, which cannot be sent */
  threads?: number;
  signal?: AbortSignal;
  /** Called after each job with its place and what came out, in the order in which they end; no more is kept of it. */
  onDone: (place: number, outcome: Outcome) => void;
}

/**
 * Does the jobs, each once, on several threads, and hands over what comes out. A job depends on its fold and
 * its settings alone, so that the number of threads changes nothing but the time.
 *
 * All threads are ended when the last job is done, when one fails, and when the signal or the reader aborts.
 */
export async function fitAll(
  folds: readonly Fold[],
  jobs: readonly Job[],
  options: PoolOptions,
): Promise<void> {
  const { fit, threads = typeof fit === "string" ? availableParallelism() : 1 } = options;
  const parts = folds.map(({ train, test }) => (options.watch ? { train, held: test } : { train }));
  const workers = Math.min(threads, jobs.length);
  if (typeof fit === "string" && workers > 1) {
    return inWorkers({ fit, parts: parts.map(shared) }, jobs, workers, options);
  }
  const breathe = breather(options.signal);
  for (const [place, { fold, settings }] of jobs.entries()) {
    await breathe();
    const { train, held } = parts[fold] as Work["parts"][number];
    const outcome = await runFit(fit, train, settings, {
      held,
      threads: options.threads,
      signal: options.signal,
    });
    options.onDone(place, outcome);
  }
}

async function inWorkers(
  work: Work,
  jobs: readonly Job[],
  count: number,
  { signal, onDone }: PoolOptions,
): Promise<void> {
  await breather(signal)();
  const workers: Worker[] = [];
  let forget = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      let next = 0;
      let done = 0;
      forget = onAbort(signal, reject);
      for (let k = 0; k < count; k++) {
        const worker = new Worker(workerFile("modelSelection/poolWorker"), { workerData: work });
        workers.push(worker);
        const give = () => {
          if (next < jobs.length) worker.postMessage({ place: next, job: jobs[next++] });
        };
        worker.on("message", (answer: Answer) => {
          if ("error" in answer) return reject(answer.error);
          try {
            onDone(answer.place, answer.outcome);
          } catch (error) {
            return reject(error);
          }
          if (++done === jobs.length) resolve();
          give();
        });
        worker.on("error", reject);
        worker.on("exit", (code) => reject(new Error(`a thread of fits ended with status ${code}`)));
        give();
      }
    });
  } finally {
    forget();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** The same ratings in memory that all threads see, without the ids, which no fit asks for. */
function shared({ train, held }: Work["parts"][number]): Work["parts"][number] {
  return { train: inSharedMemory(train), ...(held && { held: inSharedMemory(held) }) };
}

function inSharedMemory(ratings: Ratings): Ratings {
  const room = <T extends Int32Array | Float64Array>(block: T): T => {
    const make = block.constructor as new (buffer: SharedArrayBuffer) => T;
    const copy = new make(new SharedArrayBuffer(block.byteLength));
    copy.set(block);
    return copy;
  };
  const { items, users, values } = ratings;
  return {
    ...ratings,
    ...{ items: room(items), users: room(users), values: room(values), itemIds: [], userIds: [] },
  };
}
