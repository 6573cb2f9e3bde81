/** A task for a function: what it must compute, cases to run it on, and wrong variants with a name each. */
import { checkOptions, checkPositive, checkSome, checkText, optionNames } from "../base/check";
import type { Random } from "../math/random";
import { isNativePromise } from "../platform/inspect";
import { agree, identical, isValue, notFinite, plain, shown, type Value } from "./values";
import type { Run, Verdict } from "./verdict";

/** A function that a task is about; its arguments are plain numbers, lists and records. */
export type TaskFunction = (...parameters: never[]) => unknown;

/** A typical mistake: the reference with that mistake made, to be recognized by its results. */
export interface Mistake<F extends TaskFunction = TaskFunction> {
  /** What went wrong, in few words: "forgot R". */
  name: string;
  /** Where to look, without the solution. */
  where: string;
  /** The reference with this mistake. */
  wrong: F;
}

/** What `defineTask` is given. */
export interface TaskOptions<F extends TaskFunction = TaskFunction> {
  name: string;
  /** What the function must compute, in one line. @default none */
  statement?: string;
  /** How it is called: "userCost(X, w, b, y, r, lambda): number". @default the name of the reference */
  signature?: string;
  /** The names of its arguments, as messages show them. @default "argument 1", "argument 2", … */
  parameters?: readonly string[];
  /** The function that is right. It returns numbers, nulls, and lists and records of them. */
  reference: F;
  /** Lists of arguments, the smallest first: the first that shows a mistake is the one that is shown. */
  cases: readonly Parameters<F>[];
  /** How far a number may be from the one wanted, of the greater of 1 and its size. @default 1e-5, single precision */
  tolerance?: number;
  /** Draws a case of random shape, for `examine`; every case must be one that the reference takes. @default none */
  draw?: (source: Random) => readonly Value[];
  /** Typical mistakes. A changed argument, a wrong shape, NaN, an error and a promise need no entry. @default none */
  mistakes?: readonly Mistake<F>[];
}

/** A task, checked: what `check` and `grade` take. */
export interface Task {
  readonly name: string;
  readonly statement: string;
  readonly signature: string;
  readonly parameters: readonly string[];
  readonly reference: (...parameters: Value[]) => unknown;
  readonly cases: readonly (readonly Value[])[];
  readonly tolerance?: number;
  readonly draw?: (source: Random) => readonly Value[];
  readonly mistakes: readonly Mistake<(...parameters: Value[]) => unknown>[];
  /** Judges an answer in cases by another rule than that its results are the reference's. */
  readonly judge?: (run: Run, cases: Task["cases"]) => Verdict;
  /** Two of the mistakes in one function, looked for when none alone is found. */
  readonly combined?: readonly Mistake<(...parameters: Value[]) => unknown>[];
}

const names = optionNames<TaskOptions>({
  name: true,
  statement: true,
  signature: true,
  parameters: true,
  reference: true,
  cases: true,
  tolerance: true,
  draw: true,
  mistakes: true,
});

/**
 * A task that `check` can put a reader's function to: check(task, theirs).
 *
 * Every mistake is run on the cases when the task is made, so that none stands in it that could not be recognized.
 *
 * @throws TypeError for an option of the wrong kind; RangeError for no cases, for a reference whose results are not
 *   finite numbers or that changes its arguments, for a mistake that agrees with the reference in every case, and for two
 *   mistakes that agree with each other in every case.
 */
export function defineTask<F extends TaskFunction>(options: TaskOptions<F>): Task {
  checkOptions(options, names);
  const { name, reference, cases, mistakes = [] } = options;
  checkWords("name", name);
  checkFunction("reference", reference);
  if (options.tolerance !== undefined) checkPositive("tolerance", options.tolerance);
  if (options.draw !== undefined) checkFunction("draw", options.draw);
  if (!Array.isArray(cases)) throw new TypeError(`cases must be a list of lists, got ${shown(cases)}`);
  checkSome("cases", "case", cases);
  for (const [k, given] of cases.entries())
    if (!Array.isArray(given) || !isValue(given))
      throw new TypeError(
        `cases[${k}] must be a list of arguments, each of numbers, nulls, and lists and records of them, got ${shown(given)}`,
      );
  for (const [k, mistake] of mistakes.entries()) {
    checkWords(`mistakes[${k}].name`, mistake.name);
    checkWords(`mistakes[${k}].where`, mistake.where);
    checkFunction(`mistakes[${k}].wrong`, mistake.wrong);
  }
  const task = taskOf(options);
  checkToldApart(task);
  return task;
}

/** The task of these options, which nobody has checked: those of the notebooks are checked by a test. */
export function taskOf<F extends TaskFunction>(options: TaskOptions<F>): Task {
  const { name, statement = "", reference, cases, tolerance, draw, mistakes = [] } = options;
  return {
    name,
    statement,
    signature: options.signature ?? (reference.name || "a function"),
    parameters: options.parameters ?? cases[0].map((_: unknown, k: number) => `argument ${k + 1}`),
    reference: reference as unknown as Task["reference"],
    cases: cases as unknown as Task["cases"],
    ...(tolerance !== undefined && { tolerance }),
    ...(draw && { draw }),
    mistakes: mistakes as unknown as Task["mistakes"],
  };
}

/** The reference returns numbers and leaves its arguments alone, and no mistake looks like it or like another. */
export function checkToldApart(task: Task): void {
  const wanted = task.cases.map((given, k) => {
    const own = structuredClone(given);
    const returned = task.reference(...own);
    const value = isNativePromise(returned) ? returned : plain(returned);
    if (!isValue(value) || notFinite(value) !== undefined)
      throw new RangeError(`reference must return finite numbers, got ${shown(value)} (case ${k})`);
    if (!identical(own, given))
      throw new RangeError(`reference must leave its arguments as they are (case ${k})`);
    return value;
  });
  const results: { name: string; values: unknown[] }[] = [];
  for (const [k, mistake] of task.mistakes.entries()) {
    const values = wanted.map((value, at) => {
      try {
        return plain(mistake.wrong(...structuredClone(task.cases[at])), value);
      } catch (error) {
        throw new RangeError(`mistakes[${k}].wrong must not throw, got ${error} (case ${at})`, {
          cause: error,
        });
      }
    });
    if (agree(values, wanted, task.tolerance))
      throw new RangeError(
        `mistake must differ from the reference in a case, got none (${shown(mistake.name)})`,
      );
    const same = results.find(
      (other) => agree(values, other.values, task.tolerance) && agree(other.values, values, task.tolerance),
    );
    if (same)
      throw new RangeError(
        `mistakes must differ from each other in a case, got none (${shown(same.name)} and ${shown(mistake.name)})`,
      );
    results.push({ name: mistake.name, values });
  }
}

function checkWords(name: string, value: unknown): void {
  checkText(name, value);
  if (value === "") throw new TypeError(`${name} must be a text, got ""`);
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== "function") throw new TypeError(`${name} must be a function, got ${shown(value)}`);
}
