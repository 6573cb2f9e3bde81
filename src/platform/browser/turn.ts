/** The event loop's next turn, in a browser: by a message to itself, since its timers wait for milliseconds. */
const { port1: near, port2: far } = new MessageChannel();
const waiting: (() => void)[] = [];
near.onmessage = () => waiting.shift()!();

export function afterTurn(run: () => void): void {
  waiting.push(run);
  far.postMessage(undefined);
}

/** Resolves in the next turn. */
export const nextTurn = (): Promise<void> => new Promise(afterTurn);
