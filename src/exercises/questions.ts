/** The notebooks' questions, whose answer is a number, and what is said to an answer. */
import { checkOneOf } from "../base/check";
import { assetText } from "../platform/assets";
import { inspect } from "../platform/inspect";

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
  checkOneOf("exercise", name, Object.keys(exercises));
  const exercise = exercises[name];
  if (answer === undefined)
    return { right: false, text: "No answer yet: put yours in the cell, and run it again." };
  if (typeof answer !== "number")
    return { right: false, text: `The answer is a number; this is ${inspect(answer)}.` };
  if (!Number.isFinite(answer))
    return {
      right: false,
      text: `Your answer comes out as ${answer}: does it divide by zero, or reckon with something undefined?`,
    };
  const near = (other: number) => Math.abs(answer - other) <= tolerance;
  if (near(exercise.answer)) return { right: true, text: `Right. ${exercise.because}` };
  const mistake = exercise.mistakes.find(({ answer: wrong }) => near(wrong));
  const nearly = roundedTooFar(answer, exercise.answer) ? "Nearly: give it to two decimals." : exercise.hint;
  return { right: false, text: `Not yet. ${mistake?.message ?? nearly}` };
}

/** Whether an answer is the one wanted to one decimal, or with what follows the second one cut off. */
function roundedTooFar(answer: number, wanted: number): boolean {
  const isToOneDecimal = Math.abs(10 * answer - Math.round(10 * answer)) < 1e-9;
  return Math.abs(answer - wanted) <= (isToOneDecimal ? 0.0501 : 0.0101);
}

let known: Readonly<Record<string, Exercise>> | undefined;

/** The exercises of all notebooks, by name: a new one is an entry in notebooks/exercises.json. */
export function exercises(): Readonly<Record<string, Exercise>> {
  known ??= JSON.parse(assetText("notebooks/exercises.json")) as Record<string, Exercise>;
  return known;
}
