/** Timers in a browser as Node has them: they go on in the cell that started them, and are objects. */
import { contexts } from "./asyncHooks";
import { clearImmediate, setImmediate } from "./immediate";

type Run = (...given: unknown[]) => void;

const own = {
  setTimeout: globalThis.setTimeout as unknown as (run: Run, time?: number) => number,
  setInterval: globalThis.setInterval as unknown as (run: Run, time?: number) => number,
  clear: globalThis.clearTimeout as unknown as (id: number) => void,
};

/** A timer that was started; nothing lives longer for it, so holding on to it and letting go mean nothing. */
class Timeout {
  private id: number;
  constructor(
    private readonly start: () => number,
    private readonly repeats: boolean,
  ) {
    this.id = start();
  }
  ref = () => this;
  unref = () => this;
  hasRef = () => true;
  refresh() {
    own.clear(this.id);
    this.id = this.start();
    return this;
  }
  close() {
    own.clear(this.id);
    return this;
  }
  [Symbol.toPrimitive] = () => this.id;
  toString = () => `Timeout(${this.repeats ? "interval" : "timeout"} ${this.id})`;
}

const starting =
  (begin: typeof own.setTimeout, repeats: boolean) =>
  (run: Run, time?: number, ...given: unknown[]) => {
    const bound = contexts.bind(() => run(...given));
    return new Timeout(() => begin.call(globalThis, bound, time), repeats);
  };

const clear = (timer: unknown): void => {
  if (timer !== undefined && timer !== null) own.clear.call(globalThis, Number(timer));
};

const wait = <Value>(time?: number, value?: Value): Promise<Value> =>
  new Promise((done) => timers.setTimeout(() => done(value as Value), time));

export const timers = {
  setTimeout: starting(own.setTimeout, false),
  setInterval: starting(own.setInterval, true),
  setImmediate,
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate,
};

/** `node:timers/promises` as far as it is short. */
export const promises = {
  setTimeout: wait,
  setImmediate: <Value>(value?: Value) =>
    new Promise((done) => timers.setImmediate(() => done(value as Value))),
};

/** From now on code finds these in the place of the browser's. */
export function offerTimers(): void {
  const { queueMicrotask: later } = globalThis;
  Object.assign(globalThis, timers, {
    queueMicrotask: (run: () => void) => later(contexts.bind(run)),
  });
  const custom = Symbol.for("nodejs.util.promisify.custom");
  Object.assign(globalThis.setTimeout, { [custom]: wait });
  Object.assign(globalThis.setImmediate, { [custom]: promises.setImmediate });
}
