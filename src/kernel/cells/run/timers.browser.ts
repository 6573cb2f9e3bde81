import { timers } from "../../web/timers";
import { guard, type Schedule } from "./guard";
import { standIn } from "./standIn";

/** From now on code that goes on after its cell was interrupted can't start a timer. */
export function guardTimers(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const original = globalThis[name] as Schedule;
    const guarded = standIn(original, guard(original));
    Object.assign(globalThis, { [name]: guarded });
    Object.assign(timers, { [name]: guarded });
  }
}
