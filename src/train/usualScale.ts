/** The scale that the defaults of what trains by `train` are chosen for, and how ratings of another are brought to it. */
import { standardization } from "../math/statistics";
import type { Model } from "../model/model";
import { centredAs } from "../ratings/centred";
import { type Ratings, withValues } from "../ratings/ratings";
import { usualSpread } from "./sgd/blocks";

/** What still counts as the usual spread: it is left as it is, to the last digit. */
const [least, most] = [0.7, 1.9];

/** How ratings were brought to the usual scale: less `center`, in units of `unit`. */
export interface Scale {
  center: number;
  unit: number;
  /** Whether all ratings are the same: there is nothing to learn beside them. */
  isConstant: boolean;
}

/** The scale of ratings; of those that are spread as usual unit 1 and center 0. */
export function scaleOf({ values, weights }: Ratings): Scale {
  const { center, scale } = standardization(values, weights);
  const isConstant = scale === 0;
  if (isConstant) return { center: values[0], unit: 1, isConstant };
  if (scale >= least && scale <= most) return { center: 0, unit: 1, isConstant };
  return { center, unit: scale / usualSpread, isConstant };
}

/** Ratings on the usual scale. */
export function toScale(ratings: Ratings, { center, unit }: Scale): Ratings {
  if (unit === 1 && center === 0) return ratings;
  const values = ratings.values.map((value) => (value - center) / unit);
  return withValues(ratings, centredAs(values, ratings.values));
}

/** A model of ratings on the usual scale as one of the ratings as they were. */
export function fromScale(model: Model, { center, unit }: Scale): Model {
  if (unit === 1 && center === 0) return model;
  const times = (block: Float64Array) => block.map((value) => unit * value);
  const mu = model.mu.map((mean) => center + unit * mean);
  return { ...model, W: times(model.W), b: times(model.b), mu: centredAs(mu, model.mu) };
}
