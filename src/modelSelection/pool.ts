import { onAbort, pauser } from "../base/pause";
import { errorBy, type ListOptions, type Metric } from "../evaluate/metrics";
import { cores } from "../platform/cores";
import { startThread, type Thread } from "../platform/threads";
import type { Ratings } from "../ratings/ratings";
import type { Fold } from "../ratings/split";
import { threadsHad } from "../wasm/backend";
import {
  type Fit,
  type FitContext,
  type FitName,
  type Outcome,
  runFit,
  type Setting,
  type Settings,
} from "./fits";

/** One fit to be done: on which fold, with what settings. */
export interface Job {
  fold: number;
  settings: Settings<Setting>;
}

/** What a worker is started with. */
export interface Work {
  fit: FitName;
  parts: readonly { train: Ratings; held?: Ratings }[];
  /** What is followed of what is held back, where that is not its error. */
  follow?: Follow;
}

/** A metric to follow, and how lists are judged. */
export interface Follow {
  metric: Metric;
  lists?: ListOptions;
}

/** What a fit is given to follow, where it is given anything held back. */
export function followed(
  { train, held }: { train: Ratings; held?: Ratings },
  follow: Follow | undefined,
): Pick<FitContext, "held" | "judge"> {
  if (held === undefined || follow === undefined) return { held };
  return { held, judge: errorBy(follow.metric, { train, test: held }, { lists: follow.lists }) };
}

/** What a worker answers. */
export type Answer = { place: number; outcome: Outcome } | { place: number; error: Error };

export interface PoolOptions {
  fit: FitName | Fit;
  /** Whether each fit is given its fold's test, to follow its error and to stop by. */
  watch: boolean;
  /** What is followed in the place of that error. */
  follow?: Follow;
  /** @default as many as there are cores and jobs; 1 where `fit` is a function, which cannot be sent */
  threads?: number;
  signal?: AbortSignal;
  /**
   * Called after each job with its place and what came out, in the order in which they end, one after the other; no
   * more is kept of it. A promise is awaited; false, or a promise of it, ends the work.
   */
  onDone: (place: number, outcome: Outcome) => unknown;
  /** The same where a fit has thrown. @default the error ends the work, and is thrown again */
  onFail?: (place: number, error: Error) => unknown;
}

/**
 * Does the jobs, each once, on several threads, and hands over what comes out. A job depends on its fold and
 * its settings alone, so that the number of threads changes nothing but the time.
 *
 * All threads are ended when the last job is done, when one fails and nobody takes its error, and when the signal or the
 * reader aborts.
 */
export async function fitAll(
  folds: readonly Fold[],
  jobs: readonly Job[],
  options: PoolOptions,
): Promise<void> {
  const { fit } = options;
  const asked = threadsHad(options.threads);
  const threads = asked ?? (typeof fit === "string" ? cores() : 1);
  const parts = folds.map(({ train, test }) => (options.watch ? { train, held: test } : { train }));
  const workers = Math.min(threads, jobs.length);
  if (typeof fit === "string" && workers > 1) {
    const { follow } = options;
    return inWorkers({ fit, parts: parts.map(shared), follow }, jobs, workers, options);
  }
  const pause = pauser(options.signal);
  for (const [place, { fold, settings }] of jobs.entries()) {
    await pause();
    const part: Work["parts"][number] = parts[fold];
    const { signal, follow } = options;
    const context = { ...followed(part, follow), threads: asked, signal };
    const answer = await runFit(fit, part.train, settings, context)
      .then((outcome) => ({ place, outcome }))
      .catch((error) => ({ place, error: error as Error }));
    // Whoever stops the work has not failed at it.
    if ("error" in answer) await pause();
    if ((await handOver(answer, options)) === false) return;
  }
}

/** Tells what came out of a job, and gives what is answered; an error that nobody takes is thrown. */
async function handOver(answer: Answer, { onDone, onFail }: PoolOptions): Promise<unknown> {
  if (!("error" in answer)) return onDone(answer.place, answer.outcome);
  if (onFail === undefined) throw answer.error;
  return onFail(answer.place, answer.error);
}

async function inWorkers(
  work: Work,
  jobs: readonly Job[],
  count: number,
  options: PoolOptions,
): Promise<void> {
  const { signal } = options;
  await pauser(signal)();
  const workers: Thread[] = [];
  let forget = () => {};
  let isOver = false;
  try {
    await new Promise<void>((resolve, reject) => {
      let next = 0;
      let done = 0;
      let told = Promise.resolve();
      forget = onAbort(signal, reject);
      for (let k = 0; k < count; k++) {
        const give = () => {
          if (next < jobs.length) worker.post({ place: next, job: jobs[next++] });
        };
        const message = (answer: Answer) => {
          give();
          told = told.then(async () => {
            if (isOver) return;
            if ((await handOver(answer, options)) === false || ++done === jobs.length) resolve();
          });
          told.catch(reject);
        };
        const exit = (status: number) => reject(new Error(`a thread of fits ended with status ${status}`));
        const worker = startThread("modelSelection/poolWorker", work, { message, error: reject, exit });
        workers.push(worker);
        give();
      }
    });
  } finally {
    isOver = true;
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
    items: room(items),
    users: room(users),
    values: room(values),
    itemIds: [],
    userIds: [],
  };
}
