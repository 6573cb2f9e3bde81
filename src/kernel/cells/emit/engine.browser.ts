/**
 * What compiled code has to do itself because the engine that runs it does not. A browser's worker can't be stopped
 * from outside and live on, so each loop asks, once a turn, whether it was interrupted; and after an `await` only the
 * code itself can say which cell it is part of.
 */
export const engine: { asksInLoops: boolean; tellsAtAwaits: boolean } = {
  asksInLoops: true,
  tellsAtAwaits: true,
};
