import type { Output } from "../../protocol/wire";
import { hasMarks, unmarked } from "../../web/promises";

/** The outputs that wait for what has become of a promise, up to the last. */
let waiting: Promise<void> | undefined;

/** Sends an output after those that were put out before it, and once it is known what has become of promises in it. */
export function inOrder(output: Output, send: (output: Output) => void): void {
  const text = output.type === "stream" && hasMarks(output.text) ? output.text : undefined;
  if (waiting === undefined && text === undefined) send(output);
  else
    waiting = after(waiting, async () =>
      send(text === undefined ? output : ({ ...output, text: await unmarked(text) } as Output)),
    );
}

async function after(others: Promise<void> | undefined, send: () => Promise<void>): Promise<void> {
  await others;
  await send();
}

/** Resolves once all that was put out so far is sent. */
export async function allSent(): Promise<void> {
  for (let last = waiting; last !== undefined; last = waiting) {
    await last;
    if (waiting === last) waiting = undefined;
  }
}
