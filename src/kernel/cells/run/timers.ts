import { promisify } from "node:util";
import { KeyboardInterrupt, ownCell } from "./cell";
import { guard, type Schedule } from "./guard";
import { standIn } from "./standIn";

/**
 * From now on code that goes on after its cell was interrupted can't start a timer: a loop around
 * `await sleep(…)` ends with its cell instead of going on in the background. Timers that were started before
 * still fire once, so that code which listens to the interrupt has a turn to clean up.
 */
export function guardTimers(): void {
  const timers = require("node:timers");
  const promises = require("node:timers/promises");
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const original = globalThis[name] as Schedule;
    const guarded: Schedule & { [promisify.custom]?: unknown } = guard(original);
    if (name !== "setInterval") promises[name] = guarded[promisify.custom] = guardPromise(promises[name]);
    timers[name] = standIn(original, guarded);
    Object.assign(globalThis, { [name]: guarded });
  }
}

function guardPromise(wait: (...args: unknown[]) => Promise<unknown>) {
  return standIn(wait, (...args: unknown[]) =>
    ownCell()?.stopped ? Promise.reject(new KeyboardInterrupt()) : wait(...args),
  );
}
