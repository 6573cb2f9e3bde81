/** All that a model can be measured by: the one table from which searches, comparisons and charts take theirs. */
import { checkOneOf, checkOptions } from "../base/check";
import { pauser } from "../base/pause";
import { type Steps, withPauses } from "../base/steps";
import type { Range } from "../math/statistics";
import type { Predictor } from "../model/posterior";
import type { Fold } from "../ratings/split";
import { calibrationSteps } from "./calibration";
import { errorSteps, isOfLabels } from "./errors";
import { aucSteps, logLossSteps } from "./labelMetrics";
import { listMetricNames, listMetrics } from "./listMetrics";
import { type Ranking, type RankingOptions, rankingSteps } from "./ranking";

/** How recommendations are judged: what `ranking` is told, but for the ratings. */
export type ListOptions = Omit<RankingOptions, "train" | "test">;

/** A model, what was held back from it, and how it is to be judged. */
export interface Judgement {
  readonly model: Predictor;
  readonly fold: Fold;
  /** RMSE and MAE; computed once, when first asked for, as are its lists. */
  errors(): Steps<{ rmse: number; mae: number }>;
  /** What its lists are like. */
  ranking(): Steps<Ranking>;
}

/** One thing to measure. */
export interface MetricEntry {
  /** What a chart calls it. */
  title: string;
  /** Whether less of it is better. */
  isError: boolean;
  /** Whether a table of models shows it without being asked. */
  isUsual: boolean;
  /** What has it: every prediction, probabilities of labels, or lists of recommendations. */
  of: "ratings" | "labels" | "lists";
  compute(judgement: Judgement): Steps<number>;
}

/** The metrics of predictions and probabilities, a function each; those of lists are `listMetrics` and what `ranking` adds. */
const ownMetrics = {
  logLoss: {
    title: "log loss, in nats",
    isError: true,
    isUsual: true,
    of: "labels",
    compute: ({ model, fold }) => logLossSteps(model, fold.test),
  },
  auc: {
    title: "area under the ROC curve",
    isError: false,
    isUsual: true,
    of: "labels",
    compute: ({ model, fold }) => aucSteps(model, fold.test),
  },
  rmse: {
    title: "RMSE, in stars",
    isError: true,
    isUsual: true,
    of: "ratings",
    *compute({ errors }) {
      return (yield* errors()).rmse;
    },
  },
  mae: {
    title: "mean absolute error, in stars",
    isError: true,
    isUsual: true,
    of: "ratings",
    *compute({ errors }) {
      return (yield* errors()).mae;
    },
  },
  calibrationError: {
    title: "calibration error",
    isError: true,
    isUsual: false,
    of: "labels",
    *compute({ model, fold }) {
      return (yield* calibrationSteps(model, fold.test)).error;
    },
  },
  coverage: {
    title: "part of the catalogue that is recommended",
    isError: false,
    isUsual: false,
    of: "lists",
    *compute({ ranking }) {
      return (yield* ranking()).coverage;
    },
  },
} satisfies Record<string, MetricEntry>;

/** What can be measured. */
export type Metric = keyof typeof ownMetrics | keyof typeof listMetrics;

/** Those that only labels have. */
export type LabelMetric = Exclude<keyof typeof ownMetrics, "rmse" | "mae" | "coverage">;

const ofLists = Object.fromEntries(
  listMetricNames.map((name): [string, MetricEntry] => {
    const { title, isError, isUsual } = listMetrics[name];
    return [
      name,
      {
        title,
        isError,
        isUsual,
        of: "lists",
        *compute({ ranking }) {
          return (yield* ranking())[name] ?? Number.NaN;
        },
      },
    ];
  }),
) as Record<keyof typeof listMetrics, MetricEntry>;

export const metrics: Readonly<Record<Metric, MetricEntry>> = { ...ownMetrics, ...ofLists };

export const metricNames = Object.keys(metrics) as Metric[];

/** What is to be measured of a model, in the order of the table: lists only where it is said how they are judged. */
export function metricsOf(model: Predictor, lists: ListOptions | false | undefined): Metric[] {
  return metricNames.filter((name) => {
    if (metrics[name].of === "labels") return isOfLabels(model);
    if (name === "diversity") return lists && lists.features !== undefined;
    return metrics[name].of === "ratings" || Boolean(lists);
  });
}

/** The metric by which a model is judged where nobody says otherwise: that of the loss which it was learned by. */
export const metricFor = (model: Predictor): Metric => (isOfLabels(model) ? "logLoss" : "rmse");

/**
 * A function that judges a model by a metric on what was held back, turned so that less is better: of NDCG and its like
 * the negative. `train`, `factorize` and `lectureModel` take it as what early stopping goes by.
 *
 * @param options.range The scale that predictions are clipped to. @default none, as predicted
 * @param options.lists How recommendations are judged: see `ranking`. @default as there
 * @throws RangeError for an unknown metric; the function, as the metric does.
 */
export function errorBy(
  metric: Metric,
  fold: Fold,
  options: { range?: Range; lists?: ListOptions } = {},
): (model: Predictor) => Promise<number> {
  checkOptions(options, ["range", "lists"]);
  checkOneOf("metric", metric, metricNames);
  const { compute, isError } = metrics[metric];
  return async (model) => {
    const figure = await withPauses(compute(judge(model, fold, options)), pauser());
    return isError ? figure : -figure;
  };
}

/** A model and what was held back, to be measured. */
export function judge(
  model: Predictor,
  fold: Fold,
  options: { range?: Range; lists?: ListOptions | false },
): Judgement {
  const { range, lists } = options;
  let errors: { rmse: number; mae: number } | undefined;
  let known: Ranking | undefined;
  return {
    model,
    fold,
    *errors() {
      errors ??= yield* errorSteps(model, fold.test, range && { range });
      return errors;
    },
    *ranking() {
      known ??= yield* rankingSteps(model, { ...(lists || {}), train: fold.train, test: fold.test });
      return known;
    },
  };
}
