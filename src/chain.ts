import { sampleNoisePrecision, sampleRows, sampleTrust, squaredErrors } from "./gibbs";
import type { Random } from "./random";
import { byItem, byUser, type Ratings } from "./ratings";
import { drawNoise, makeSide, type Side, sampleEffects, samplePrior, shapeNoise } from "./side";

/** The state of a Gibbs sampler: one sample of everything unknown, of which each sweep makes the next. */
export interface Chain {
  readonly users: Side;
  readonly items: Side;
  /** α: what is left of a rating is noise of precision α × its user's trust × its item's. */
  noisePrecision: number;
  /** The sum of the squared errors on the ratings. */
  squaredError: number;
  readonly source: Random;
  /** Room for normal numbers, a row for each row of a side, and for two sums for each row. */
  readonly noise: Float64Array;
  readonly errors: Float64Array;
}

/** So many rows are sampled before other work may have its turn. */
const block = 64;

/** Small random rows, `width` numbers each, and nothing known yet. */
export function startChain(ratings: Ratings, width: number, source: Random): Chain {
  const { numItems, numUsers, items, users, values } = ratings;
  const most = Math.max(numItems, numUsers);
  return {
    users: makeSide(byUser(ratings), items, values, { size: numUsers, otherSize: numItems, width }, source),
    items: makeSide(byItem(ratings), users, values, { size: numItems, otherSize: numUsers, width }, source),
    noisePrecision: 1,
    squaredError: 0,
    source,
    noise: new Float64Array(most * width),
    errors: new Float64Array(2 * most),
  };
}

/**
 * Samples everything once, each given all else: of the users what the items they rated tell of them, their prior, and
 * their rows; the same of the items; the noise; and how far each user's and each item's ratings can be trusted.
 *
 * All random numbers are drawn from one stream, in this order, before the work on the rows that needs them.
 */
export async function sweep(chain: Chain, breathe: () => Promise<void>): Promise<void> {
  const { users, items, source, errors } = chain;
  await sampleSide(chain, users, items, breathe);
  await sampleSide(chain, items, users, breathe);

  await inBlocks(users.size, breathe, (from, to) => squaredErrors(users, items, errors, from, to));
  chain.squaredError = 0;
  for (let user = 0; user < users.size; user++) chain.squaredError += errors[2 * user];
  chain.noisePrecision = sampleNoisePrecision(users, errors, source);
  sampleTrust(users, chain.noisePrecision, errors, source);
  await inBlocks(items.size, breathe, (from, to) => squaredErrors(items, users, errors, from, to));
  sampleTrust(items, chain.noisePrecision, errors, source);
}

async function sampleSide(
  chain: Chain,
  side: Side,
  other: Side,
  breathe: () => Promise<void>,
): Promise<void> {
  const { source, noisePrecision } = chain;
  const forEffects = chain.noise.subarray(0, other.size * side.width);
  drawNoise(forEffects, source);
  shapeNoise(side, forEffects);
  await inBlocks(other.size, breathe, (from, to) => sampleEffects(side, other, forEffects, from, to));
  samplePrior(side, source);
  const forRows = chain.noise.subarray(0, side.size * side.width);
  drawNoise(forRows, source);
  await inBlocks(side.size, breathe, (from, to) =>
    sampleRows(side, other, noisePrecision, forRows, from, to),
  );
}

async function inBlocks(
  size: number,
  breathe: () => Promise<void>,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < size; from += block) {
    await breathe();
    work(from, Math.min(size, from + block));
  }
}
