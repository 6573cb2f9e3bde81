import type { Random } from "../../math/random";
import { byItem, byUser, type Ratings } from "../../ratings/ratings";
import { heap } from "../../wasm/store";
import { sampleNoisePrecision, sampleRows, sampleTrust, squaredErrors } from "./conditionals";
import { drawNoise, makeSide, type Side, sampleEffects, samplePrior, shapeNoise } from "./factors";

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

/** The work that goes over the ratings: for all rows of one side, given the other. */
export interface Hands {
  effects(side: Side, other: Side): Promise<void>;
  rows(side: Side, other: Side): Promise<void>;
  errors(side: Side, other: Side): Promise<void>;
  /** Gives back what the hands hold. */
  close(): Promise<void>;
}

/** Small random rows, `width` numbers each, and nothing known yet. */
export function startChain(ratings: Ratings, width: number, source: Random, store = heap): Chain {
  const { numItems, numUsers, values } = ratings;
  const most = Math.max(numItems, numUsers);
  const ofUsers = { size: numUsers, otherSize: numItems, width };
  const ofItems = { size: numItems, otherSize: numUsers, width };
  return {
    users: makeSide(byUser(ratings), ratings.items, values, ofUsers, source, store),
    items: makeSide(byItem(ratings), ratings.users, values, ofItems, source, store),
    noisePrecision: 1,
    squaredError: 0,
    source,
    noise: store.float64(most * width),
    errors: store.float64(2 * most),
  };
}

/** The readable hands, and the reference for all others. */
export function plainHands(chain: Chain, breathe: () => Promise<void>): Hands {
  const inBlocks = async (size: number, block: number, work: (from: number, to: number) => void) => {
    for (let from = 0; from < size; from += block) {
      await breathe();
      work(from, Math.min(size, from + block));
    }
  };
  const { noise, errors } = chain;
  return {
    effects: (side, other) =>
      inBlocks(side.width, 4, (from, to) => sampleEffects(side, other, noise, from, to)),
    rows: (side, other) =>
      inBlocks(side.size, 64, (from, to) => sampleRows(side, other, chain.noisePrecision, noise, from, to)),
    errors: (side, other) =>
      inBlocks(side.size, 64, (from, to) => squaredErrors(side, other, errors, from, to)),
    close: async () => {},
  };
}

/**
 * Samples everything once, each given all else: of the users what the items they rated tell of them, their prior, and
 * their rows; the same of the items; the noise; and how far each user's and each item's ratings can be trusted.
 *
 * All random numbers come from one stream, drawn before the work on the rows that needs them: whose hands do that work,
 * and how many, makes no difference.
 */
export async function sweep(chain: Chain, hands: Hands): Promise<void> {
  const { users, items, source, errors } = chain;
  await sampleSide(chain, users, items, hands);
  await sampleSide(chain, items, users, hands);

  await hands.errors(users, items);
  chain.squaredError = 0;
  for (let user = 0; user < users.size; user++) chain.squaredError += errors[2 * user];
  chain.noisePrecision = sampleNoisePrecision(users, errors, source);
  sampleTrust(users, chain.noisePrecision, errors, source);
  await hands.errors(items, users);
  sampleTrust(items, chain.noisePrecision, errors, source);
}

async function sampleSide({ source, noise }: Chain, side: Side, other: Side, hands: Hands): Promise<void> {
  const forEffects = noise.subarray(0, other.size * side.width);
  drawNoise(forEffects, source);
  shapeNoise(side, forEffects);
  await hands.effects(side, other);
  samplePrior(side, source);
  drawNoise(noise.subarray(0, side.size * side.width), source);
  await hands.rows(side, other);
}
