/** Which ratings are no stars any more, but what is left of them when their means were subtracted. */

/** Lists of values that were made by subtracting means. */
const lessMeans = new WeakSet<Float64Array>();

/** Remembers that means were subtracted from these values, or from what they were learned from. */
export function markCentred<Values extends Float64Array>(values: Values): Values {
  lessMeans.add(values);
  return values;
}

/** Whether means were subtracted from these values, as far as is known. */
export const isCentred = (values: Float64Array): boolean => lessMeans.has(values);

/** Values made of others by leaving some out: centred where those are. */
export const centredAs = (values: Float64Array, like: Float64Array): Float64Array =>
  isCentred(like) ? markCentred(values) : values;
