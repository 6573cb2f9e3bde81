import { inspect } from "node:util";
import { notebook } from "../base/notebook";
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
  "00 sum": {
    answer: 3.7,
    because: "3.9 − 0.5 + 0.3.",
    mistakes: [
      { answer: 4.7, message: "The bias is negative: it takes away." },
      { answer: 3.4, message: "You left out your taste." },
      { answer: 4.2, message: "You left out your bias." },
    ],
    hint: "Add the film's mean, your bias and your taste.",
  },
  "00 taste": {
    answer: 0.1,
    because: "4.4 − 0.6 + 0.1 = 3.9.",
    mistakes: [
      {
        answer: -0.5,
        message: "That is how far below the film's mean the prediction is. Part of it is your bias.",
      },
      { answer: -1.1, message: "The bias is negative: taking it away again means adding 0.6." },
    ],
    hint: "The prediction is mean + bias + taste. Solve for the taste.",
  },
  "00 rmse": {
    answer: 0.79,
    because: "The errors are 0.5 and −1; the mean of their squares is 0.625, and its root 0.79.",
    mistakes: [
      { answer: 0.625, message: "That is the mean of the squares. Take the root." },
      { answer: 0.75, message: "That is the mean of the errors without their signs. Square them first." },
      {
        answer: 1.118,
        message: "Divide the sum of the squares by how many there are before you take the root.",
      },
      { answer: 0.25, message: "Errors must not cancel out: square them." },
    ],
    hint: "Square the two errors, take the mean, and then the root.",
  },
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
  "02 car chases": {
    answer: 0.5,
    because: "5 × 0.1 + 0 × 1.0 + 0: there is a little romance in it after all.",
    mistakes: [
      {
        answer: 5,
        message: "That is what somebody with the weights [0, 5] would give. Alice's weight is on romance.",
      },
      { answer: 0, message: "There is a little romance in this film: 0.1." },
    ],
    hint: "Multiply each feature by Alice's weight for it, and add up.",
  },
  "02 cost of Alice": {
    answer: 0.25,
    because: "The errors are −0.5, 0, 0.5 and 0; half the sum of their squares is 0.25.",
    mistakes: [
      { answer: 0.5, message: "You forgot the half in front of the sum." },
      { answer: 12.5, message: "Cute puppies of love is unrated: it takes no part, least of all as a zero." },
      {
        answer: 0,
        message: "Her predictions for Love at last and for Nonstop car chases are each half a star off.",
      },
    ],
    hint: "For each of the four films that she rated, square the error of 5 × romance; add up, and take half.",
  },
  "02 with penalty": {
    answer: 25.25,
    because: "0.25 for the errors, and 2/2 × (5² + 0²) for the weights.",
    mistakes: [
      { answer: 50.25, message: "The penalty is λ/2 times the squared weights, not λ times." },
      { answer: 25.5, message: "You forgot the half in front of the errors." },
      { answer: 5.25, message: "The weights are squared." },
      { answer: 0.25, message: "That is the cost without a penalty." },
    ],
    hint: "Add λ/2 times the sum of the squared weights to the cost of the exercise before.",
  },
  "03 x1": {
    answer: 0.8,
    because: "5 × 0.8 = 4, what Bob gave. Carol's weight for it is zero.",
    mistakes: [
      { answer: 4, message: "That is the rating. The feature is what times Bob's weight of 5 gives it." },
      { answer: 0.4, message: "Carol's 0 stars say nothing of x1: her weight for it is zero." },
      { answer: 20, message: "Divide the rating by the weight." },
    ],
    hint: "Which x1 makes 5 × x1 equal to 4?",
  },
  "03 shrunk": {
    answer: 0.4,
    because: "½(5x − 4)² + 25/2 x² is least where 5(5x − 4) + 25x = 0, at x = 20/50.",
    mistakes: [
      { answer: 0.8, message: "That is the answer without a penalty." },
      { answer: 0.267, message: "The penalty is λ/2 x², whose slope is λx, not 2λx." },
    ],
    hint: "Set the slope of ½(5x − 4)² + λ/2 x² to zero.",
  },
  "03 raters": {
    answer: 10,
    because: "One equation for each unknown, if the raters' weights point in ten independent directions.",
    mistakes: [
      { answer: 1, message: "One rater gives one equation, for ten unknowns." },
      {
        answer: 11,
        message: "The bias is the users', and known here. There are as many unknowns as features.",
      },
    ],
    hint: "Each rater gives one equation. How many unknowns are there?",
  },
  "04 parameters": {
    answer: 30500,
    because: "1,000 × 20 features, 500 × 20 weights and 500 biases.",
    mistakes: [
      { answer: 30000, message: "Everybody has a bias, too." },
      {
        answer: 500000,
        message:
          "That is how many cells the table has. The model has a row for each film, and one for each person.",
      },
      { answer: 31500, message: "Films have no bias in this model, only people." },
    ],
    hint: "X has a row of 20 for each film, W a row of 20 for each person, b a number for each person.",
  },
  "04 cost": {
    answer: 8.5,
    because: "1.5 + 2/2 × (3 + 4).",
    mistakes: [
      { answer: 15.5, message: "The penalties come with λ/2, not with λ." },
      { answer: 4.5, message: "X is penalized as well as W." },
      { answer: 5.5, message: "W is penalized as well as X." },
    ],
    hint: "To the squared-error part add λ/2 ‖W‖² and λ/2 ‖X‖².",
  },
  "04 turned": {
    answer: 4.5,
    because:
      "1 × 2 + 1 × 2 + 0.5, and before it was 1 × 2 + (−1) × (−2) + 0.5: the same. Turning both changes no prediction.",
    mistakes: [
      { answer: 4, message: "You forgot Bob's bias." },
      { answer: 0.5, message: "Multiply the features that were turned by the weights that were turned." },
    ],
    hint: "Multiply feature by weight, add up, and add the bias.",
  },
  "05 g of 0": {
    answer: 0.5,
    because: "1 / (1 + e⁰) = 1/2: nothing speaks for a yes or for a no.",
    mistakes: [
      { answer: 0, message: "e⁰ is 1, so the denominator is 2." },
      { answer: 1, message: "The denominator is 1 + e⁰, and e⁰ is 1." },
    ],
    hint: "Put z = 0 into 1 / (1 + e⁻ᶻ).",
  },
  "05 cost": {
    answer: 1.386,
    because: "−log 0.25.",
    mistakes: [
      { answer: 0.288, message: "That is −log(1 − 0.25), what it costs if the label is 0." },
      { answer: 0.602, message: "That is the logarithm to base 10. The natural one is meant: Math.log." },
      { answer: -1.386, message: "A cost is never negative: mind the minus in front of the logarithm." },
    ],
    hint: "For a label of 1 the cost is −log f.",
  },
  "05 terms": {
    answer: 4,
    because: "One for each film that was shown: one with the label 1, three with the label 0.",
    mistakes: [
      {
        answer: 1,
        message: "A film that was shown and not clicked on is a label of 0, which is a fact, too.",
      },
      { answer: 10, message: "What was not shown has no label: nothing is known, and nothing is added." },
    ],
    hint: "The sum runs over the cells with r(i,j) = 1: what was shown.",
  },
  "06 mean": {
    answer: 2.25,
    because: "(0 + 0 + 5 + 4) / 4. Eve has not rated it and does not count.",
    mistakes: [
      { answer: 1.8, message: "You divided by five people, but Eve has not rated the film." },
      { answer: 4.5, message: "A rating of zero counts: only blanks are left out." },
    ],
    hint: "Add up the four ratings, and divide by four.",
  },
  "06 damped": {
    answer: 3.75,
    because: "(5 + 5 × 3.5) / (1 + 5): five ratings of the overall mean were added to its own.",
    mistakes: [
      { answer: 5, message: "That is the plain mean, d = 0." },
      {
        answer: 4.25,
        message: "That is halfway between. The five ratings of 3.5 weigh five times as much as its own.",
      },
    ],
    hint: "(sum + d × g) / (count + d).",
  },
  "06 stars": {
    answer: 2.5,
    because: "−1.2 + 3.7: training saw ratings less the mean, so predicting adds it.",
    mistakes: [
      { answer: -1.2, message: "That is how far below the film's mean he is predicted. Add the mean." },
      { answer: 4.9, message: "He is predicted to like it less than others do, not more." },
    ],
    hint: "Add the film's mean to w·x + b.",
  },
  "07 one step": {
    answer: 2.96,
    because: "The slope is 2 × (3 − 1) × 1 = 4, and 3 − 0.01 × 4 = 2.96.",
    mistakes: [
      { answer: 3.04, message: "Go against the slope: subtract it." },
      { answer: 2.98, message: "The derivative of the square has a factor of 2." },
      { answer: 0.04, message: "That is the length of the step. What is w after it?" },
    ],
    hint: "w − α × dJ/dw, with dJ/dw = 2 (wx − 1) x.",
  },
  "07 cells": {
    answer: 54,
    because: "4,778 × 444 / 39,266: all but one of them to be multiplied by zero.",
    mistakes: [
      { answer: 54.027, message: "The number is right: round it to a whole one." },
      { answer: 53, message: "That is how many unrated cells there are for each rated one." },
      { answer: 2121432, message: "That is how many cells there are. How many for each rated one?" },
      { answer: 1.85, message: "That is the share of rated cells in percent. Turn it round." },
    ],
    hint: "Divide the number of cells by the number of ratings.",
  },
  "07 first step": {
    answer: 0.1,
    because:
      "At first the mean of the slopes is the slope and the mean of their squares its square: 0.1 × 1000 / √1000².",
    mistakes: [
      { answer: 100, message: "That is what gradient descent would do: α times the slope." },
      { answer: 1000, message: "That is the slope." },
    ],
    hint: "Adam divides the mean of the slopes by the root of the mean of their squares.",
  },
  "08 rated": {
    answer: 1.5,
    because: "15,000 of 2,000 × 500 cells.",
    mistakes: [
      { answer: 0.015, message: "That is the share. In percent it is a hundred times as much." },
      { answer: 98.5, message: "That is what is not rated." },
    ],
    hint: "Divide the ratings by the number of cells, items × users, and multiply by 100.",
  },
  "08 reach": {
    answer: 0.28,
    because: "1.96 × 1 / √49: with four times the ratings it would be half of that.",
    mistakes: [
      { answer: 0.143, message: "That is one standard error. 95 % lie within 1.96 of them." },
      { answer: 0.04, message: "Divide by the root of the number of ratings, not by the number." },
      { answer: 0.56, message: "That is the whole interval, from end to end." },
    ],
    hint: "1.96 σ / √n.",
  },
  "08 fits": {
    answer: 90,
    because: "3 × 2 settings, each on 3 inner folds, for each of 5 outer folds.",
    mistakes: [
      { answer: 6, message: "That is how many settings there are. Each is tried on several folds." },
      { answer: 18, message: "That is for one outer fold." },
      { answer: 30, message: "Each setting is trained once for each of the 3 inner folds." },
    ],
    hint: "Settings × inner folds × outer folds.",
  },
  "08 sure": {
    answer: 4.04,
    because:
      "4.3 − 1.28 × 0.2. The other's bound is 4.6 − 1.28 × 0.8 = 3.58, though it is predicted to be better.",
    mistakes: [
      { answer: 3.576, message: "That is the bound of A. The one of B is higher, so B comes first." },
      { answer: 4.6, message: "That is the higher prediction. The list goes by the lower bound." },
      { answer: 4.3, message: "B comes first, but this is its prediction. What is its lower bound?" },
    ],
    hint: "Work out the prediction less 1.28 standard deviations for both, and take the higher.",
  },
  "09 cells": {
    answer: 85,
    because: "480,189 × 17,770 / 100,480,507: a hundred million ratings, and yet 84 cells in 85 are blank.",
    mistakes: [
      { answer: 84.92, message: "The number is right: round it to a whole one." },
      { answer: 84, message: "That is how many blank cells there are for each rated one." },
      { answer: 1.18, message: "That is the share of rated cells in percent. Turn it round." },
    ],
    hint: "Divide the number of cells, users × films, by the number of ratings.",
  },
  "09 growth": {
    answer: 12,
    because: "Four times the users by three times the films. The work over rated cells grows to five times.",
    mistakes: [
      { answer: 5, message: "That is how the work grows for a program that visits the rated cells only." },
      { answer: 7, message: "Users and films span a table: its cells are their product." },
      { answer: 60, message: "The dense form does not care how many of the cells are rated." },
    ],
    hint: "How many cells has the table then, for each cell that it had before?",
  },
  "09 at most": {
    answer: 4.1,
    because: "3.9 + 0.5 × 0.4. If the tenth film found so far has 4.2, this one is done with.",
    mistakes: [
      { answer: 4.8, message: "The lengths are to be multiplied, not added." },
      { answer: 0.2, message: "That is the most that the rest can add. Add it to the 3.9." },
      { answer: 3.7, message: "That is the least. At most, the two rests point the same way." },
    ],
    hint: "The rest of the product is at most the product of the two lengths.",
  },
};
