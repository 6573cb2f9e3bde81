import { timers } from "../../web/timers";
import { guard, type Schedule } from "./guard";

/** From now on code that goes on after its cell was interrupted can't start a timer. */
export function guardTimers(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const guarded = guard(globalThis[name] as Schedule);
    Object.assign(guarded, globalThis[name]); // its form that returns a promise
    Object.assign(globalThis, { [name]: guarded });
    Object.assign(timers, { [name]: guarded });
  }
}
