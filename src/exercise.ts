import { inspect } from "node:util";
import { escaped } from "./figure";
import { notebook } from "./notebook";

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
  const { right, text } = verdict(exercises, name, answer);
  const display = notebook();
  if (!display) {
    console.log(text);
    return;
  }
  const colour = right ? "#009e73" : "#d55e00";
  const html = `<p style="border-left: 4px solid ${colour}; padding: 2px 12px">${escaped(text)}</p>`;
  display({ data: { "text/html": html, "text/plain": text }, metadata: {}, transient: {} }, false);
}

/** The exercises of all notebooks, by name. */
export const exercises: Readonly<Record<string, Exercise>> = {
  "01 unrated": {
    answer: 5,
    because: "Twenty cells, fifteen ratings, five blanks.",
    mistakes: [
      { answer: 15, message: "That is how many cells are rated. The blanks are the others." },
      {
        answer: 20,
        message: "That is how many cells the table has, nm × nu. How many of them hold no rating?",
      },
      {
        answer: 8,
        message: "A zero is a rating: those who gave no stars saw the film. Count the question marks.",
      },
      {
        answer: 13,
        message: "A zero is a rating: those who gave no stars saw the film. Count the question marks.",
      },
    ],
    hint: "Take the number of ratings from the number of cells, nm × nu.",
  },
  "01 mean of Bob": {
    answer: 2.25,
    because: "Bob rated four of the five films: (5 + 4 + 0 + 0) / 4.",
    mistakes: [
      {
        answer: 1.8,
        message: "You divided by all five films. Bob has not rated Romance forever, and that is not a zero.",
      },
      { answer: 4.5, message: "You left out the films that he gave no stars. A zero is a rating." },
      { answer: 9, message: "That is the sum. Divide by how many films he rated." },
    ],
    hint: "Add up Bob's ratings, and divide by how many of them there are.",
  },
  "01 share": {
    answer: 1.7,
    because:
      "Of a hundred cells, not even two are rated: a program that looks at every cell works almost for nothing.",
    mistakes: [
      { answer: 0.017, message: "That is the part of one. In percent it is a hundred times as much." },
      { answer: 98.3, message: "That is the share of the cells that are not rated." },
    ],
    hint: "The share is 100 × ratings / (items × users); 100,836 ratings, 9,742 films, 610 people. One decimal will do.",
  },
};
