/**
 * A long computation that is written once, and done at once or with pauses: a generator that yields where other work
 * may have its turn, and returns what came out.
 */
export type Steps<T> = Generator<void, T, void>;

/** So many multiplications lie between two yields, about: a few milliseconds of them. */
export const stepProducts = 2e6;

/** The whole of it at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The whole of it, with a pause wherever it yields: see `pauser`. */
export async function withPauses<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    await pause();
    const { done, value } = steps.next();
    if (done) return value;
  }
}
