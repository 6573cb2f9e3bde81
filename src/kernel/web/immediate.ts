/** `setImmediate` where there is none: after what waits in the event loop, messages included. */
import { contexts } from "./asyncHooks";
import type { WorkerScope } from "./worker";

let last = 0;
const waiting = new Map<number, () => void>();
const { port1, port2 } = new MessageChannel();
(port1 as unknown as Pick<WorkerScope, "onmessage">).onmessage = ({ data }) => {
  const run = waiting.get(data as number);
  waiting.delete(data as number);
  run?.();
};

export function setImmediate(run: (...given: unknown[]) => void, ...given: unknown[]): number {
  const id = ++last;
  waiting.set(
    id,
    contexts.bind(() => run(...given)),
  );
  port2.postMessage(id);
  return id;
}

export function clearImmediate(id: unknown): void {
  waiting.delete(Number(id));
}
