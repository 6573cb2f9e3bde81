import { KeyboardInterrupt } from "./cell";
import { isThere, poll, shared, taken } from "./interrupts.browser";
import { slots } from "./slots";

/** In how many turns of loops one asks. */
const every = 64;

/** How often the address is read at most, in milliseconds: each time costs about one. */
const interval = 100;

let left = every;
let asked = 0;

/** Throws once after an interrupt came: what loops of cells call, once a turn. */
export function turn(): void {
  if (--left > 0) return;
  left = every;
  if (shared[slots.pending] === 0 && !isGone()) return;
  taken();
  throw new KeyboardInterrupt();
}

/** Whether the address that stands for the running code's leave to go on was taken back. */
function isGone(): boolean {
  const now = performance.now();
  if (poll === undefined || now - asked < interval) return false;
  asked = now;
  return !isThere(poll);
}

export { wait } from "./waiting";
