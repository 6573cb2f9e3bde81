/** What stands here for ratings and models that are in a cluster. */

/** Ratings in a cluster. Users and items are numbered in the ascending order of their ids. */
export interface SparkRatings {
  readonly numItems: number;
  readonly numUsers: number;
  readonly numRatings: number;
  /** Whether they say when each rating was given. */
  readonly hasTimes: boolean;
}

/** A model in a cluster. */
export interface SparkModel {
  readonly numItems: number;
  readonly numUsers: number;
  readonly numFeatures: number;
}

/** The numbers by which a driver knows what it holds, each with its session. */
const numbers = new WeakMap<object, { session: object; handle: number }>();

/** The thing, to be found again by `handleOf`. */
export function held<Thing extends object>(session: object, handle: number, thing: Thing): Thing {
  numbers.set(thing, { session, handle });
  return Object.freeze(thing);
}

/** @throws TypeError for what is not of this session. */
export function handleOf(session: object, name: string, thing: unknown): number {
  const found = typeof thing === "object" && thing !== null ? numbers.get(thing) : undefined;
  if (found?.session !== session)
    throw new TypeError(
      `${name} must be of this Spark session, got ${found ? "one of another" : "something else"}`,
    );
  return found.handle;
}
