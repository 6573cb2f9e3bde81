import { answersPipe, writeLine } from "../../protocol/pipes";
import { numSlots, slots } from "./slots";

/** Shared with the worker that listens, where that is allowed; `slots` says what stands where. */
export let shared: Int32Array = new Int32Array(numSlots);

/** Where nothing can be shared: an address that is gone once the running code is to stop. */
export let poll: string | undefined;

/** Whether such addresses can be read here at all: in a page from a file they can't. */
let canPoll = false;

/** From now on interrupts are told there. */
export function listenAt(array: Int32Array | undefined, address: string | undefined): void {
  if (array) shared = array;
  canPoll = address !== undefined && isThere(address);
  poll = canPoll ? address : undefined;
}

/** Whether there is something at an address. */
export function isThere(address: string): boolean {
  const { XMLHttpRequest } = globalThis as unknown as {
    XMLHttpRequest: new () => { open(method: string, url: string, async: boolean): void; send(): void };
  };
  try {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.send();
    return true;
  } catch {
    return false;
  }
}

/** Running code has taken note of an interrupt: the next is told elsewhere. */
export function taken(): void {
  Atomics.store(shared, slots.pending, 0);
  poll = undefined;
}

let interrupt: (cell: string) => void = () => {};

/** Takes an interrupt that came as a message, between one turn of the event loop and the next. */
export function takeInterrupt(cell: string, number: number, address: string | undefined): void {
  taken();
  if (canPoll) poll = address;
  writeLine(answersPipe, { heard: number });
  interrupt(cell);
}

/** Hears of interrupts: as messages where code waits, and by asking in loops. */
export class Interrupts {
  /** No thread listens: the worker that keeps the protocol does. */
  readonly thread = undefined;

  constructor(take: (cell: string) => void) {
    interrupt = take;
  }

  /** Runs the kernel's own code for a cell, which never asks. */
  protect<T>(run: () => T): T {
    return run();
  }
}
