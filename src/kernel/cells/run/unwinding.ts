import { KeyboardInterrupt } from "./cell";
import { shared } from "./interrupts";
import { slots } from "./slots";

/** Throws once after an interrupt came: what loops call, once a turn, in cells that have a `finally`. */
export function turn(): void {
  if (shared[slots.pending] === 0) return;
  Atomics.store(shared, slots.pending, 0);
  throw new KeyboardInterrupt();
}

export { wait } from "./waiting";
