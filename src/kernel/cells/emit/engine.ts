/**
 * What compiled code has to do itself because the engine that runs it does not: here nothing. Node stops a loop from
 * outside, and knows after each `await` which cell it is in.
 */
export const engine: { asksInLoops: boolean; tellsAtAwaits: boolean } = {
  asksInLoops: false,
  tellsAtAwaits: false,
};
