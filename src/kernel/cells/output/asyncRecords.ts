import { AsyncResource } from "node:async_hooks";
import { inspect } from "node:util";
import { storedUnder } from "../run/cell";

/**
 * From now on promises, timers and handles are shown without what Node's record of asynchronous calls leaves on
 * them: since the kernel follows which cell a callback belongs to, Node 20 and 22 write an id and the cell itself on
 * each, under symbols that a reader would see. They become invisible when the object is first shown, not when it is
 * made, so that awaiting costs what it did.
 */
export function hideAsyncRecords(): void {
  const records = storedUnder();
  if (records.length === 0) return; // Node 24 keeps no record on the objects themselves
  for (const prototype of recorded()) {
    const own = Object.getOwnPropertyDescriptor(prototype, inspect.custom)?.value;
    Object.defineProperty(prototype, inspect.custom, {
      configurable: true,
      writable: true,
      value(this: object, ...rest: unknown[]): unknown {
        for (const record of records) hide(this, record);
        return typeof own === "function" ? own.apply(this, rest) : this;
      },
    });
  }
}

function hide(object: object, key: symbol): void {
  const found = Object.getOwnPropertyDescriptor(object, key);
  if (found?.enumerable && found.configurable) Object.defineProperty(object, key, { enumerable: false });
}

/** What Node's record is left on: promises, timers, resources, and the handles of sockets and processes. */
function recorded(): object[] {
  const timer = setTimeout(() => {}, 0);
  const immediate = setImmediate(() => {});
  clearTimeout(timer);
  clearImmediate(immediate);
  return [Promise.prototype, AsyncResource.prototype, handle(), ...[timer, immediate].map(prototypeOf)];
}

/** What all handles of Node inherit from. */
function handle(): object {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  const { TCP } = (process as unknown as { binding(name: string): { TCP: { prototype: object } } }).binding(
    "tcp_wrap",
  );
  process.noDeprecation = noDeprecation;
  let found = TCP.prototype;
  for (let next = prototypeOf(found); next !== Object.prototype; next = prototypeOf(next)) found = next;
  return found;
}

const prototypeOf = (value: object): object => Object.getPrototypeOf(value);
