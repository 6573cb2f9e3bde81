/** The layout of a record that TypeScript writes and a kernel reads: words of 32 bits, then numbers of 64. */
export interface SharedRecord {
  readonly words: readonly string[];
  readonly numbers: readonly string[];
}

/** The values of a record by name; a view of the memory stands for its address. */
export type RecordOf<R extends SharedRecord> = {
  readonly [name in R["words"][number]]: number | { readonly byteOffset: number };
} & { readonly [name in R["numbers"][number]]: number };

/**
 * The records by the names of the classes in ./assembly that read them, field by field in their order. What each field
 * is stands there; that both sides agree is tested.
 */
export const records = {
  Training: {
    words: [
      "rowBytes",
      "scratchBytes",
      "logistic",
      "usesMean",
      "usesSquare",
      "learnW",
      "X",
      "W",
      "b",
      "gradientW",
      "gradientB",
      "gradientRow",
      "meanX",
      "meanW",
      "meanB",
      "squareX",
      "squareW",
      "squareB",
      "userStart",
      "userItems",
      "userValues",
      "userWeights",
      "mu",
      "errors",
      "itemStart",
      "itemUsers",
      "itemPlaces",
      "losses",
      "squaresW",
      "squaresX",
    ],
    numbers: ["lambda", "stepSize", "meanRate", "squareRate", "epsilon"],
  },
  Descent: {
    words: [
      "rowBytes",
      "W",
      "X",
      "numUsers",
      "count",
      "userBounds",
      "itemBounds",
      "starts",
      "items",
      "values",
      "weights",
      "squares",
    ],
    numbers: ["rate", "lambda", "biasLambda", "stratum"],
  },
  HeldOut: {
    words: ["rowBytes", "W", "X", "users", "items", "values", "squares", "blockSize"],
    numbers: [],
  },
  Factors: {
    words: [
      "size",
      "width",
      "start",
      "others",
      "values",
      "weights",
      "share",
      "V",
      "residual",
      "precision",
      "sideWeights",
      "rowPrecision",
    ],
    numbers: ["sideWeightPrecision"],
  },
  Shared: {
    words: ["noise", "errors", "scratch", "scratchBytes"],
    numbers: ["noisePrecision"],
  },
  LeastSquares: {
    words: [
      "rowBytes",
      "size",
      "parts",
      "chunk",
      "start",
      "others",
      "extra",
      "penalty",
      "V",
      "gramParts",
      "losses",
      "penalties",
      "otherV",
      "otherGram",
      "steps",
      "scratch",
      "scratchBytes",
    ],
    numbers: [],
  },
  Search: {
    words: [
      "width",
      "head",
      "panels",
      "panelsInBlock",
      "W",
      "rotation",
      "heads",
      "mu",
      "restLengths",
      "rests",
      "blockMu",
      "blockLength",
      "leaveStart",
      "leave",
      "found",
      "foundPlaces",
      "foundScores",
      "count",
      "capacity",
      "scratch",
      "scratchBytes",
    ],
    numbers: ["slack", "greatestLength", "greatestMu"],
  },
} as const satisfies Record<string, SharedRecord>;
