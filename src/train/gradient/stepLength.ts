/** Whether Adam's steps fit the scale of the ratings, which they do not follow by themselves. */
import { standardization } from "../../math/statistics";
import type { Model } from "../../model/model";
import type { Ratings } from "../../ratings/ratings";

/**
 * Steps this many times as long as the ratings are spread make predictions swing. Found by trial on MovieLens's ratings
 * times 10⁻³ to 10³, as is the other bound.
 */
const tooLong = 10;

/** The steps' reach, α × updates, is to be so many times what is to be learned at least. Of fewer updates, as of so many. */
const reach = 2;
const fewUpdates = 100;

const said = new Set<string>();

/**
 * Says once on stderr, for each setting, where Adam's steps of length α are too long for ratings that are so little
 * spread, or too short for what they are to make up for. A step of Adam's is about α long, whatever the gradient: with
 * ratings times 1,000 the same α reaches a thousandth of the way.
 */
export function warnOfSteps(
  model: Model,
  ratings: Ratings,
  { learningRate, iterations }: { learningRate: number; iterations: number },
): void {
  const { items, users, values } = ratings;
  const wanted = values.map((value, k) => value - model.mu[items[k]] - model.b[users[k]]);
  const { scale } = standardization(wanted);
  const off = Math.sqrt(wanted.reduce((sum, value) => sum + value * value, 0) / values.length);
  // What is next to nothing beside a step is what is left of equal ratings.
  const isLong = scale > 1e-12 * learningRate && learningRate > tooLong * scale;
  const isShort = reach * off > learningRate * Math.max(iterations, fewUpdates);
  if (!isLong && !isShort) return;
  const about = (value: number) => Number(value.toPrecision(1));
  const why = isLong
    ? `too long for ratings that are spread by ${about(scale)}`
    : `too short to go ${about(off)}, how far ratings are from what means and biases predict, in ${iterations} iterations`;
  const message =
    `train: steps of ${learningRate} are ${why}: set learningRate to ${about((isLong ? scale : off) / 10)} or so, ` +
    "and lambda in proportion to the ratings";
  if (said.has(message)) return;
  said.add(message);
  console.warn(message);
}
