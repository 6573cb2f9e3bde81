import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { notebook } from "../base/notebook";
import { projectFolder } from "../base/project";
import { escaped } from "./figure";

/** A question of a notebook, and what is said to an answer. */
export interface Exercise {
  /** The answer wanted. */
  answer: number;
  /** What a right answer shows. */
  because: string;
  /** Answers that follow from a typical mistake, and what to say to whoever made it. */
  mistakes: readonly { answer: number; message: string }[];
  /** What to say to any other wrong answer. */
  hint: string;
}

/** How close an answer must be: a reader may round to two decimals. */
const tolerance = 0.005;

/**
 * What there is to say to an answer: whether it is right, and if not what was probably overlooked.
 *
 * @param exercises The notebook's exercises by name.
 * @throws RangeError for a name that is not one of theirs.
 */
export function verdict(
  exercises: Readonly<Record<string, Exercise>>,
  name: string,
  answer: unknown,
): { right: boolean; text: string } {
  const exercise = exercises[name];
  if (exercise === undefined) {
    const names = Object.keys(exercises).map((known) => JSON.stringify(known));
    throw new RangeError(`exercise must be one of ${names.join(", ")}, got ${JSON.stringify(name)}`);
  }
  if (answer === undefined)
    return { right: false, text: "No answer yet: put yours in the cell, and run it again." };
  if (typeof answer !== "number")
    return { right: false, text: `The answer is a number; this is ${inspect(answer)}.` };
  const near = (other: number) => Math.abs(answer - other) <= tolerance;
  if (near(exercise.answer)) return { right: true, text: `Right. ${exercise.because}` };
  const mistake = exercise.mistakes.find(({ answer: wrong }) => near(wrong));
  return { right: false, text: `Not yet. ${mistake?.message ?? exercise.hint}` };
}

/** Checks an answer to one of a notebook's exercises in place, and says what is right or wrong about it. */
export function check(name: string, answer: unknown): void {
  const { right, text } = verdict(exercises(), name, answer);
  const display = notebook();
  if (!display) {
    console.log(text);
    return;
  }
  const colour = right ? "#009e73" : "#d55e00";
  const html = `<p style="border-left: 4px solid ${colour}; padding: 2px 12px">${escaped(text)}</p>`;
  display({ data: { "text/html": html, "text/plain": text }, metadata: {}, transient: {} }, false);
}

/** Where the exercises of all notebooks stand, by name. */
const file = join(projectFolder, "notebooks", "exercises.json");

let known: Readonly<Record<string, Exercise>> | undefined;

/** The exercises of all notebooks, by name: a new one is an entry in notebooks/exercises.json. */
export function exercises(): Readonly<Record<string, Exercise>> {
  known ??= JSON.parse(readFileSync(file, "utf8")) as Record<string, Exercise>;
  return known;
}
