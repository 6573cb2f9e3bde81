import { KeyboardInterrupt, ownCell } from "./cell";
import { shared } from "./interrupts";
import { slots } from "./slots";

/** Throws once after an interrupt came: what loops call, once a turn, in cells that have a `finally`. */
export function turn(): void {
  if (shared[slots.pending] === 0) return;
  Atomics.store(shared, slots.pending, 0);
  throw new KeyboardInterrupt();
}

/** A promise that ends as the given one does, or with its cell's interrupt: what such cells wait for in a `try`. */
export function wait(value: unknown): unknown {
  const cell = ownCell();
  if (cell === undefined || cell.interrupted || !(value instanceof Promise)) return value;
  const { signal } = cell.controller;
  cell.waits++;
  return new Promise((resolve, reject) => {
    const interrupted = () => reject(signal.reason);
    signal.addEventListener("abort", interrupted, { once: true });
    const done = () => {
      if (!signal.aborted) cell.waits--;
      signal.removeEventListener("abort", interrupted);
    };
    value.finally(done).then(resolve, reject);
  });
}
