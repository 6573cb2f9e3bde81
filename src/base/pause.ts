import { nextTurn } from "../platform/turn";
import { drawing } from "./drawing";

/** How long a computation may hold the thread, in milliseconds: a frame of a progress bar, an interrupt's wait. */
const longest = 25;

/**
 * A function that a long computation awaits now and then: it lets timers, messages and interrupts have their
 * turn when they have waited long enough, and costs next to nothing otherwise. It throws the reason of the
 * given signal once that is aborted, or of the notebook's own when the reader interrupts the cell.
 */
export function pauser(signal?: AbortSignal): () => Promise<void> {
  const signals = stopSignals(signal);
  let last = performance.now();
  return async () => {
    if (performance.now() - last > longest) {
      await nextTurn();
      last = performance.now();
    }
    for (const stop of signals) stop.throwIfAborted();
  };
}

/**
 * The signals that stop a work begun now: the given one, the notebook's, for the reader may interrupt the cell, and
 * that of the redraw that it is part of.
 */
export function stopSignals(signal?: AbortSignal): AbortSignal[] {
  const interrupt = (globalThis as { [key: symbol]: AbortSignal | undefined })[Symbol.for("cofi.interrupt")];
  return [signal, interrupt, drawing()?.signal].filter((stop) => stop !== undefined);
}

/**
 * Calls `stop` with the reason once the given signal, or the reader, aborts; at once where that has happened. For work
 * that is done elsewhere, while this thread has nothing to do but wait. Gives what ends the listening.
 */
export function onAbort(signal: AbortSignal | undefined, stop: (reason: unknown) => void): () => void {
  const listeners = stopSignals(signal).map((one) => {
    const listener = () => stop(one.reason);
    if (one.aborted) listener();
    else one.addEventListener("abort", listener);
    return () => one.removeEventListener("abort", listener);
  });
  return () => {
    for (const forget of listeners) forget();
  };
}

/** Does something for each of many places, with pauses for other work. */
export async function inParts(
  length: number,
  pause: () => Promise<void>,
  work: (place: number) => void,
): Promise<void> {
  for (let from = 0; from < length; from += together) {
    const to = Math.min(length, from + together);
    for (let place = from; place < to; place++) work(place);
    await pause();
  }
}

/** So many places take some milliseconds. */
const together = 100_000;
