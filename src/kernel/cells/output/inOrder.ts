import type { Output } from "../../protocol/wire";

/** Sends an output after those that were put out before it: on Node at once. */
export const inOrder = (output: Output, send: (output: Output) => void): void => send(output);
