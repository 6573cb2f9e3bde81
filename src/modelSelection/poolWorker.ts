/** The thread that does fits for `fitAll`, one job after another, on folds that it was given at the start. */
import { inThread } from "../platform/inThread";
import { runFit } from "./fits";
import { type Answer, followed, type Job, type Work } from "./pool";

inThread(({ fit, parts, follow }: Work, thread) => {
  thread.onMessage(async ({ place, job }: { place: number; job: Job }) => {
    let answer: Answer;
    try {
      const part = parts[job.fold];
      const context = { ...followed(part, follow), threads: 1 };
      answer = { place, outcome: await runFit(fit, part.train, job.settings, context) };
    } catch (error) {
      answer = { place, error: error as Error };
    }
    thread.post(answer);
  });
});
