/** The thread that does fits for `fitAll`, one job after another, on folds that it was given at the start. */
import { parentPort, workerData } from "node:worker_threads";
import { runFit } from "./fits";
import { type Answer, followed, type Job, type Work } from "./pool";

const { fit, parts, follow } = workerData as Work;

parentPort!.on("message", async ({ place, job }: { place: number; job: Job }) => {
  let answer: Answer;
  try {
    const part = parts[job.fold];
    const context = { ...followed(part, follow), threads: 1 };
    answer = { place, outcome: await runFit(fit, part.train, job.settings, context) };
  } catch (error) {
    answer = { place, error: error as Error };
  }
  parentPort!.postMessage(answer);
});
