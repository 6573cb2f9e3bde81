import { Script } from "node:vm";
import { shared } from "./interrupts";
import { slots } from "./slots";

const place = Symbol.for("cofi.run");
const caller = new Script(`globalThis[Symbol.for("cofi.run")]()`, { filename: "node:cofi" });

/** Runs a function whose first, synchronous part SIGINT stops. */
export function interruptible<T>(run: () => T): T {
  Object.assign(globalThis, { [place]: run });
  Atomics.store(shared, slots.inScript, 1);
  try {
    return caller.runInThisContext({ breakOnSigint: true });
  } finally {
    Atomics.store(shared, slots.inScript, 0);
  }
}
