/** Where to look for the mistakes that more than one task knows, without the solution. */
export const wording = {
  bias: ["forgot b", "Which of the model's parts takes no feature? Look at the prediction."],
  rated: [
    "forgot R",
    "Which cells take part? Look at what yours adds for a blank one, which is no rating of zero.",
  ],
  zeros: [
    "took zeros for blanks",
    "How do you tell a rated cell from a blank one? Those who gave no stars saw the film.",
  ],
  half: ["forgot the half", "Compare the factor in front of the squared errors with the formula's."],
  halfSlope: [
    "forgot the half",
    "The formula's factor in front of the square meets the 2 of its derivative: look at what remains.",
  ],
  penaltyHalf: [
    "forgot the half of the penalty",
    "Compare the factor in front of the squared weights with the formula's.",
  ],
  noPenalty: ["forgot the penalty", "What does lambda do in your function?"],
  penalizedBias: [
    "penalized b",
    "Which parameters does the formula's penalty name? Look at what lambda multiplies.",
  ],
  penaltyPerRating: [
    "penalty once per rating",
    "How often is the penalty added? Look at whether it stands inside the loop over the ratings.",
  ],
  mean: [
    "mean instead of sum",
    "Does the formula divide by a number of things? Look at what follows the sum.",
  ],
  meanOverCells: [
    "mean over all cells",
    "You divide by how many cells there are. Does the formula divide, and do blanks count?",
  ],
  sign: [
    "wrong sign",
    "In which order are the prediction and the rating subtracted? Try a prediction that is too high.",
  ],
  feature: [
    "forgot the factor of the derivative",
    "By the chain rule the error is multiplied by something: look at what multiplies the weight, or the feature, in the prediction.",
  ],
  notSquared: [
    "forgot the square",
    "What happens to the errors before they are added up? Those above must not cancel those below.",
  ],
  absolute: ["absolute errors", "Without their signs is not squared: which of the two does the formula say?"],
  penaltyHalved: [
    "kept the half of the penalty",
    "The formula's factor in front of the penalty meets the 2 of its derivative: look at what remains.",
  ],
  halved: [
    "kept the half",
    "The formula's factor in front of the square meets the 2 of its derivative: look at what remains.",
  ],
  biasOfItem: ["another's b", "Whose is b, the film's or the user's? Look at the index that it has."],
} as const satisfies Record<string, readonly [string, string]>;
