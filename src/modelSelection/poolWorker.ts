/** The thread that does fits for `fitAll`, one job after another, on folds that it was given at the start. */
import { parentPort, workerData } from "node:worker_threads";
import { runFit } from "./fits";
import type { Answer, Job, Work } from "./pool";

const { fit, parts } = workerData as Work;

parentPort!.on("message", async ({ place, job }: { place: number; job: Job }) => {
  let answer: Answer;
  try {
    const { train, held } = parts[job.fold];
    answer = { place, outcome: await runFit(fit, train, job.settings, { held, threads: 1 }) };
  } catch (error) {
    answer = { place, error: error as Error };
  }
  parentPort!.postMessage(answer);
});
