import { ownCell } from "./cell";

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
