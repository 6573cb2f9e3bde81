/** Runs a reader's function on the cases of a task, and says which typical mistake its results show. */
import { inspect, isNativeError, isNativePromise } from "../platform/inspect";
import type { Task } from "./task";
import { agree, identical, isRecord, misshapen, notFinite, plain, shown, type Value } from "./values";
import type { Run, Verdict } from "./verdict";

export type { Verdict } from "./verdict";

/** What a function did in one case. */
type Outcome =
  | { kind: "returned"; value: unknown; changed?: string }
  | { kind: "threw"; error: unknown }
  | { kind: "promised" };

/** What is wrong in one case, seen without knowing any mistake. */
interface Finding {
  mistake?: string;
  says: string;
  /** Whether there is no result to compare. */
  breaks?: true;
}

/**
 * Runs `answer` on every case of the task: whether it is right, and if not which mistake its results show and the
 * smallest case that shows it.
 *
 * A mistake is named when the results are those of its wrong variant in every case. Results may be numbers, lists,
 * typed arrays and tensors; a number may be off by 1e-5 of the greater of 1 and its size.
 */
export function grade(task: Task, answer: unknown): Verdict {
  if (answer === undefined)
    return {
      right: false,
      text: `No answer yet. ${task.statement}\nWrite ${task.signature}, and check it again.`,
    };
  if (typeof answer !== "function")
    return {
      right: false,
      text: `The answer is a function, ${task.signature}; this is ${shown(answer)}. Hand over its name without calling it.`,
    };
  const run = answer as Run;
  if (task.judge) {
    const verdict = task.judge(run, task.cases);
    return verdict.mistake === notWritten ? unwritten(task) : verdict;
  }
  const wanted = task.cases.map((given) => plain(task.reference(...structuredClone(given))) as Value);
  const outcomes: Outcome[] = [];
  for (const [k, given] of task.cases.entries()) {
    outcomes.push(outcomeOf(run, given, task.parameters, wanted[k]));
    // What throws or promises in one case is not called again: every call might print, or load something.
    if (outcomes[k].kind !== "returned") break;
  }

  const values = outcomes.map((outcome) => (outcome.kind === "returned" ? outcome.value : undefined));
  const known = outcomes.every(({ kind }) => kind === "returned") ? namedIn(task, values, wanted) : undefined;
  if (known) {
    const { mistake, at } = known;
    const changed = outcomes
      .map((outcome) => (outcome.kind === "returned" ? outcome.changed : undefined))
      .find(Boolean);
    const also = changed === undefined ? "" : ` Besides, ${changed}`;
    return refusal(
      task,
      `${capital(mistake.name)}. ${mistake.where}${also}`,
      at,
      wanted,
      values[at],
      mistake.name,
    );
  }
  const pattern = patternIn(task, outcomes, values, wanted);
  if (pattern) return refusal(task, pattern.says, pattern.at, wanted, values[pattern.at], pattern.mistake);
  const found = outcomes.flatMap((outcome, at) => {
    const finding = findingOf(outcome, wanted[at], task.tolerance);
    return finding ? [{ ...finding, at }] : [];
  });
  // What breaks a larger case says more than another number in a smaller one: it is why the number is another.
  const first = found.find(({ breaks }) => breaks) ?? found[0];
  if (first?.mistake === notWritten) return unwritten(task);
  if (first) return refusal(task, first.says, first.at, wanted, values[first.at], first.mistake);
  const count = task.cases.length === 1 ? "its case" : `all ${task.cases.length} cases`;
  return { right: true, text: `Right. Your function agrees with the reference in ${count}.` };
}

/** What an assignment's function throws as long as nobody has written it: nbgrader puts it into the students' version. */
export const stub = "Write this, then run the cell.";

const isStub = (error: unknown): boolean => (error as Error | undefined)?.message === stub;

const notWritten = "not written yet";

const unwritten = ({ statement, signature }: Task): Verdict => ({
  right: false,
  text: `No answer yet: this function, or one that it calls, is not written. ${statement}\nWrite ${signature}, and check it again.`,
  mistake: notWritten,
});

function outcomeOf(run: Run, given: readonly Value[], parameters: readonly string[], wanted: Value): Outcome {
  const own = structuredClone(given) as Value[];
  try {
    const returned = run(...own);
    if (isPromise(returned)) return { kind: "promised" };
    const place = own.findIndex((value, k) => !identical(value, given[k]));
    const changed =
      place < 0
        ? undefined
        : `the function changed its input: ${parameter(parameters, place)} was ${shown(given[place])}, and is ${shown(own[place])} after the call. Whoever calls it still needs it.`;
    return { kind: "returned", value: plain(returned, wanted), changed };
  } catch (error) {
    return { kind: "threw", error };
  }
}

/**
 * Runs an answer once: its result as plain lists, which argument it changed, and what is wrong with the result whatever
 * it should be: an error, a promise, nothing, another shape than `like`, a number that is not finite.
 */
export function runOf(
  run: Run,
  given: readonly Value[],
  like: Value,
  parameters: readonly string[],
): { value?: unknown; changed?: string; broken?: { mistake?: string; says: string } } {
  const outcome = outcomeOf(run, given, parameters, like);
  const broken = brokenIn(outcome, like);
  return outcome.kind === "returned" ? { ...outcome, broken } : { broken };
}

/** A promise; its later failure is ours, as nobody else will ever wait for it. */
function isPromise(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("then" in value) || typeof value.then !== "function")
    return false;
  // Cells may come from another realm, with a Promise and errors of its own.
  if (isNativePromise(value)) value.catch(() => undefined);
  return true;
}

/** The mistake whose variant does in every case what the answer does, and the first case where that is wrong. */
function namedIn(task: Task, values: readonly unknown[], wanted: readonly Value[]) {
  const at = values.findIndex((value, k) => !agree(value, wanted[k], task.tolerance));
  if (at < 0) return undefined;
  const mistake = [...task.mistakes, ...(task.combined ?? [])].find(({ wrong }) =>
    task.cases.every((given, k) => agree(values[k], resultOf(wrong, given, wanted[k]), task.tolerance)),
  );
  return mistake && { mistake, at };
}

/** What a variant returns; nothing where it throws, as one that runs along the wrong side of a table may. */
function resultOf(
  wrong: (...parameters: Value[]) => unknown,
  given: readonly Value[],
  wanted: Value,
): unknown {
  try {
    return plain(wrong(...structuredClone(given as Value[])), wanted);
  } catch {
    return undefined;
  }
}

function findingOf(outcome: Outcome, wanted: Value, tolerance?: number): Finding | undefined {
  const broken = brokenIn(outcome, wanted);
  if (broken || outcome.kind !== "returned") return broken;
  const { value, changed } = outcome;
  if (!agree(value, wanted, tolerance)) {
    if (changed)
      return {
        mistake: "changed its input",
        says: `${different(value, wanted, tolerance)} That may be because ${changed}`,
      };
    return {
      says: `${different(value, wanted, tolerance)} No mistake that is known here does that: work the case out by hand.`,
    };
  }
  if (changed) return { mistake: "changed its input", says: `The result is right, but ${changed}` };
  return undefined;
}

/** What is wrong with an outcome that has no result to compare. */
function brokenIn(outcome: Outcome, wanted: Value): Finding | undefined {
  switch (outcome.kind) {
    case "promised":
      return {
        breaks: true,
        mistake: "returned a promise",
        says: "The function returns a promise. Make it a plain one, without async, that returns its result at once.",
      };
    case "threw":
      return {
        breaks: true,
        mistake: isStub(outcome.error) ? notWritten : "threw an error",
        says: thrown(outcome.error),
      };
    case "returned": {
      const { value } = outcome;
      if (value === undefined)
        return {
          breaks: true,
          mistake: "returned nothing",
          says: "The function returns nothing. Is there a return on every way to its end?",
        };
      const shape = misshapen(value, wanted);
      if (shape) {
        const asText = / and is a string$/.test(shape) ? " Quotation marks and toFixed make a text." : "";
        return { breaks: true, mistake: "wrong shape", says: `Wrong shape: ${shape}.${asText}` };
      }
      const number = notFinite(value);
      if (number !== undefined)
        return Number.isNaN(number)
          ? {
              breaks: true,
              mistake: "NaN",
              says: "The result holds NaN. It comes from 0 / 0, from log(0) times 0, or from an entry past the end of a list, which is undefined: does each index run over the list it belongs to?",
            }
          : {
              breaks: true,
              mistake: "infinite",
              says: `The result holds ${number}. It comes from a division by zero, from log(0), or from e to a large power.`,
            };
      return undefined;
    }
  }
}

/** What the results of all cases together show where each has one: all rounded alike, or all the same. */
function patternIn(
  { tolerance }: Task,
  outcomes: readonly Outcome[],
  values: readonly unknown[],
  wanted: readonly Value[],
): (Finding & { at: number }) | undefined {
  const at = values.findIndex((value, k) => !agree(value, wanted[k], tolerance));
  if (at < 0 || outcomes.some((outcome, k) => brokenIn(outcome, wanted[k]))) return undefined;
  const isRounded = [1, 2, 3, 4].some((digits) =>
    wanted.every((value, k) => agree(values[k], roundedTo(digits, value), tolerance)),
  );
  if (isRounded)
    return {
      mistake: "rounded",
      says: "The results are rounded. Return each number as it comes: whoever shows it rounds.",
      at,
    };
  if (values.length > 1 && values.every((value) => agree(value, values[0], tolerance)))
    return {
      mistake: "the same in every case",
      says: "The result is the same in every case. Does the function use what it is given, or something from further up the page?",
      at,
    };
  return undefined;
}

function roundedTo(digits: number, value: Value): Value {
  if (typeof value === "number") return Math.round(value * 10 ** digits) / 10 ** digits;
  if (Array.isArray(value)) return value.map((entry) => roundedTo(digits, entry));
  if (value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, roundedTo(digits, entry)]));
}

/** That a result is another, and of a record which entries are. */
function different(value: unknown, wanted: Value, tolerance?: number): string {
  if (!isRecord(wanted) || !isRecord(value)) return "The result is a different one.";
  const [right, wrong] = [true, false].map((wish) =>
    Object.keys(wanted).filter((name) => agree(value[name], wanted[name], tolerance) === wish),
  );
  const good =
    right.length === 0 ? "" : `${right.join(" and ")} ${right.length === 1 ? "is" : "are"} right, but `;
  return capital(
    `${good}${wrong.join(" and ")} ${wrong.length === 1 ? "is a different one" : "are different ones"}.`,
  );
}

function thrown(error: unknown): string {
  const text = isNativeError(error) ? `${error.name}: ${error.message}` : inspect(error);
  const past = /^TypeError: .*(undefined|null)/.test(text);
  const deep = /^RangeError: .*call stack/.test(text);
  const advice = past
    ? " Something was read of a row or a value that is not there: does each index run over the list it belongs to, items over rows and users over columns?"
    : deep
      ? " It calls itself without an end."
      : "";
  return `The function throws in this case: ${text.replace(/\.?$/, ".")}${advice}`;
}

function refusal(
  task: Task,
  says: string,
  at: number,
  wanted: readonly Value[],
  got: unknown,
  mistake: string | undefined,
): Verdict {
  const input = Object.fromEntries(task.cases[at].map((value, k) => [parameter(task.parameters, k), value]));
  const lines = Object.entries(input).map(([name, value]) => `  ${name} = ${shown(value)}`);
  const gotLine = got === undefined ? [] : [`  got ${shown(got)}`];
  const text = [
    `Not yet. ${says}`,
    "The smallest case that shows it:",
    ...lines,
    `  wanted ${shown(wanted[at])}`,
    ...gotLine,
  ].join("\n");
  return { right: false, text, ...(mistake && { mistake }), shownBy: { input, wanted: wanted[at], got } };
}

const parameter = (parameters: readonly string[], k: number): string => parameters[k] ?? `argument ${k + 1}`;

/** The sentence with a capital; a letter by itself is a name of the formula's, and stays small. */
const capital = (text: string): string =>
  /^\w /.test(text) && !text.startsWith("a ") ? text : text.charAt(0).toUpperCase() + text.slice(1);
