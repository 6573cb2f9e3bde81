import { ownCell } from "./cell";

// biome-ignore lint/suspicious/noExplicitAny: the signatures of timers are the platform's; here they only pass through.
export type Schedule = (callback: (...args: any[]) => void, ...rest: any[]) => any;

/** A timer's function that starts nothing for a cell that was stopped; what was started before fires once more. */
export function guard(schedule: Schedule): Schedule {
  return (callback, ...rest) => {
    const cell = ownCell();
    if (cell === undefined || typeof callback !== "function") return schedule(callback, ...rest);
    let fired = false;
    const timer: ReturnType<Schedule> = schedule(
      (...args) => {
        if (cell.stopped && fired) return clearInterval(timer);
        fired = true;
        callback(...args);
      },
      ...rest,
    );
    if (cell.stopped) {
      clearTimeout(timer);
      clearImmediate(timer);
    }
    return timer;
  };
}
