/** Examines a function as a grader does: on the cases that are known, and on others that are drawn. */
import { checkCount, checkOptions, optionNames } from "../base/check";
import { random } from "../math/random";
import { answered } from "./check";
import { grade, type Verdict } from "./grade";
import type { Task } from "./task";
import { tasks } from "./tasks";

/** How a function is examined. */
export interface ExamineOptions {
  /** What the cases are drawn by. @default another one at each call */
  seed?: number;
  /** How many cases are drawn. @default 12 */
  count?: number;
}

const names = optionNames<ExamineOptions>({ seed: true, count: true });

/** An answer that did not pass, with the verdict. */
export class NotRight extends Error {
  override readonly name = "NotRight";
  constructor(readonly verdict: Verdict) {
    super(verdict.text);
  }
}

/**
 * Examines an answer as a grader does, and says nothing when it is right: a task's function must agree with the
 * reference in the task's cases and in others that its `draw` makes, so that no list of known results passes.
 *
 * It belongs into the hidden part of a test cell. The function is called in place; `npm run course -- grade` calls it
 * in a process of its own, out of reach of what it examines.
 *
 * @param exercise The name of a task or of a question, or a task of one's own from `defineTask`.
 * @throws NotRight with what is wrong, as `check` says it; RangeError for a name that is neither a question's nor a
 *   task's, and for a task that draws no cases.
 */
export function examine(exercise: string | Task, answer: unknown, options: ExamineOptions = {}): void {
  const verdict = examined(exercise, answer, options);
  if (!verdict.right) throw new NotRight(verdict);
}

/** What there is to say to an answer that is examined. */
export function examined(exercise: string | Task, answer: unknown, options: ExamineOptions = {}): Verdict {
  checkOptions(options, names);
  const { seed = crypto.getRandomValues(new Uint32Array(1))[0] % 2 ** 31, count = 12 } = options;
  checkCount("count", count);
  const task = typeof exercise === "string" ? tasks[exercise] : exercise;
  if (task === undefined) return answered(exercise, answer);
  const { draw } = task;
  if (draw === undefined)
    throw new RangeError(`task must have a draw to be examined, got none (${JSON.stringify(task.name)})`);
  const source = random(seed);
  const drawn = Array.from({ length: count }, () => draw(source));
  const size = (given: unknown) => JSON.stringify(given).length;
  drawn.sort((one, other) => size(one) - size(other));
  return grade({ ...task, cases: [...task.cases, ...drawn] }, answer);
}
