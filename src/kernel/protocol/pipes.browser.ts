import { scope } from "../web/worker";

/** In a browser there is one way from the worker that runs cells: what it posts. */
export const answersPipe = 0;

/** Posts one message of the worker that runs cells to the one that keeps the protocol. */
export function writeLine(_: number, message: object): void {
  scope.postMessage(message);
}
