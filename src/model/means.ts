/**
 * The means of a model, and the one rule of who subtracts and who adds them: whatever compares a model with ratings
 * compares predictions, means included, with ratings in the units of the predictions. Ratings that `normalize` has made
 * go with a model before `addMeans`, all others with one after it, or with one that learned its means itself.
 */
import { checkOneOf } from "../base/check";
import { centredAs, isCentred } from "../ratings/centred";
import type { Normalized } from "../ratings/normalize";
import type { Ratings } from "../ratings/ratings";
import { checkModel, type Model } from "./model";

/** Biases to which users' means were added. */
const withUserMeans = new WeakSet<Float64Array>();

/** Whether the model has means of items, to be added to what is learned from ratings less theirs. */
const hasItemMeans = ({ mu }: Pick<Model, "mu">): boolean => !isCentred(mu) && mu.some((mean) => mean !== 0);

/** Whether the model predicts as ratings were before they were normalized. */
const hasMeans = (model: Pick<Model, "mu" | "b">): boolean =>
  withUserMeans.has(model.b) || hasItemMeans(model);

/**
 * The model trained on normalized ratings, made to predict in stars again. By item the means become `mu`, in the
 * place of what was there (where the model was learned from the normalized ratings with means of its own, they are added
 * to those); by user they are added to `b`. The model given is left as it was.
 *
 * @throws RangeError when the model and the means differ in number, for an unknown `by`, and for a model to which users'
 *   means were added before.
 */
export function addMeans(model: Model, normalized: Pick<Normalized, "means" | "by">): Model {
  const { means, by } = normalized;
  checkOneOf("by", by, ["item", "user"]);
  checkModel(model);
  const wanted = by === "item" ? model.numItems : model.numUsers;
  if (means.length !== wanted) {
    throw new RangeError(`means must be ${wanted}, one for each ${by} of the model, got ${means.length}`);
  }
  if (by === "item") {
    // What a trainer found beside the means that were subtracted from its ratings is added to them.
    const own = isCentred(model.mu);
    const mu = own ? model.mu.map((mu, item) => mu + means[item]) : means.slice();
    return { ...model, mu: centredAs(mu, means) };
  }
  if (withUserMeans.has(model.b))
    throw new RangeError("model must have no users' means yet for addMeans: they would count twice");
  const b = model.b.map((b, user) => b + means[user]);
  if (!isCentred(means)) withUserMeans.add(b);
  return { ...model, b };
}

/** A copy of a model's means, or of its biases as they were learned further, of which it is still known what they are. */
export function keptMeans(copy: Float64Array, like: Float64Array): Float64Array {
  if (withUserMeans.has(like)) withUserMeans.add(copy);
  return centredAs(copy, like);
}

/**
 * The ratings are in the units of the model's predictions, as far as is known: they are not normalized where the model
 * has its means.
 *
 * @param called What the ratings are called. @default "ratings"
 * @throws RangeError when they are.
 */
export function checkUnits(model: object, { values }: Pick<Ratings, "values">, called = "ratings"): void {
  if (!isCentred(values)) return;
  const samples = (model as { samples?: readonly object[] }).samples ?? [model];
  if (!samples.some((sample) => hasMeans(sample as Model))) return;
  throw new RangeError(
    `${called} must be as they were before normalize for a model that has its means, got ratings less their means: ` +
      "they would be subtracted twice",
  );
}
