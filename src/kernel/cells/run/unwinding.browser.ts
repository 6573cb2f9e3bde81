import { KeyboardInterrupt, ownCell } from "./cell";
import { isThere, poll, shared, taken } from "./interrupts.browser";
import { slots } from "./slots";

/** In how many turns of loops one asks, at most and, where turns take long, at least. */
const most = 256;
const least = 1;

/** How long the turns between two questions may take, in milliseconds, before there are fewer; how long, before more. */
const long = 20;
const short = 2;

/** How often the address is read at most, in milliseconds: each time costs about one. */
const interval = 100;

let between = most;
let last = 0;
let asked = 0;

/**
 * Throws once after an interrupt came, and in what a stopped cell is led into later by something that it waited for: what
 * loops of cells call when they have counted down to it.
 */
export function turn(this: { left: number }): void {
  const now = performance.now();
  if (now - last > long) between = Math.max(least, between >> 2);
  else if (now - last < short) between = Math.min(most, between << 1);
  last = now;
  this.left = between;
  if (ownCell()?.stopped) throw new KeyboardInterrupt();
  if (shared[slots.pending] === 0 && !isGone(now)) return;
  taken();
  throw new KeyboardInterrupt();
}

/** Whether the address that stands for the running code's leave to go on was taken back. */
function isGone(now: number): boolean {
  if (poll === undefined || now - asked < interval) return false;
  asked = now;
  return !isThere(poll);
}

export { wait } from "./waiting";
