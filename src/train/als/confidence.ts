/** What counts (plays, clicks, purchases) say: how sure it is that a user likes an item. */
import { checkFinite, checkNotNegative, outOfRange } from "../../base/check";

export interface ConfidenceOptions {
  /**
   * How sure a count makes that its user likes its item, where a cell without a count has confidence 1: α in
   * c = 1 + α × count; or a function of the count that gives c, which is at least 1, such as
   * `(count) => 1 + 5 * Math.log1p(count)`. @default 5
   */
  confidence?: number | ((count: number) => number);
  /** Weight of the penalty on features and weights. @default 0.015 */
  lambda?: number;
  /**
   * ν: by what power of the sum of its cells' confidences a row's penalty grows. 1 penalizes the row of whoever played
   * much more, 0 all rows alike, as Hu et al. do (with a lambda some thousands of times as large). @default 1
   */
  penaltyExponent?: number;
}

/** The options with their defaults, checked. */
export function confidenceSettings(options: ConfidenceOptions): Required<ConfidenceOptions> {
  const { confidence = 5, lambda = 0.015, penaltyExponent = 1 } = options;
  if (typeof confidence !== "function") checkNotNegative("confidence", confidence);
  checkNotNegative("lambda", lambda);
  checkFinite("penaltyExponent", penaltyExponent);
  return { confidence, lambda, penaltyExponent };
}

/** c − 1 of each count: by how much its confidence exceeds that of a cell without a count. */
export function extraConfidence(
  counts: Float64Array,
  { confidence }: Required<ConfidenceOptions>,
): Float64Array {
  return counts.map((count, k) => {
    checkFinite("a count", count, `rating ${k}`);
    if (count < 0) throw outOfRange("a count", ">= 0", count, `rating ${k}`);
    if (typeof confidence === "number") return confidence * count;
    if (count === 0) return 0;
    const c = confidence(count);
    checkFinite("confidence", c, `of count ${count}`);
    if (c < 1) throw outOfRange("confidence", ">= 1", c, `of count ${count}`);
    return c - 1;
  });
}

/** λ (Σ c)^ν: the weight of the penalty on a row whose cells have such confidences in all. */
export function rowPenalty(
  confidences: number,
  { lambda, penaltyExponent }: Required<ConfidenceOptions>,
): number {
  return lambda * confidences ** penaltyExponent;
}
