/**
 * `node:async_hooks` as far as a browser can have it: which store the running code belongs to. It is known while a
 * function runs, in timers and in what waits with `then`; code that says `await` has to enter its context again by
 * itself (`contexts`), as compiled cells do, or has to be compiled to code that calls `then`.
 */
type Context = ReadonlyMap<object, unknown>;

const root: Context = new Map();
let current: Context = root;

const { queueMicrotask: later } = globalThis;
const leave = () => {
  current = root;
};

export const contexts = {
  now: (): Context => current,
  /** Goes on in a context, until the running piece of code ends or waits again. */
  enter(context: Context): void {
    current = context;
    if (context !== root) later(leave);
  },
  /** A function that runs in the context in which it was made one. */
  bind<Given extends unknown[], Result>(run: (...given: Given) => Result): (...given: Given) => Result {
    const context = current;
    return function (this: unknown, ...given) {
      const before = current;
      current = context;
      try {
        return run.apply(this, given);
      } finally {
        current = before;
      }
    };
  },
  /** Runs a function in no context: what comes from outside belongs to nothing that ran before. */
  outside<Result>(run: () => Result): Result {
    current = root;
    return run();
  },
};

export class AsyncLocalStorage<Store> {
  run<Result>(store: Store, run: () => Result): Result {
    const before = current;
    current = new Map(before).set(this, store);
    try {
      return run();
    } finally {
      current = before;
    }
  }

  getStore(): Store | undefined {
    return current.get(this) as Store | undefined;
  }
}

type Callback = ((value: never) => unknown) | null | undefined;

/** From now on what waits for a promise with `then` goes on in the context in which it began to wait. */
export function followPromises(): void {
  const { then } = Promise.prototype;
  const bound = (callback: Callback): Callback =>
    typeof callback === "function" && current !== root ? contexts.bind(callback) : callback;
  // biome-ignore lint/suspicious/noThenProperty: it is the promise's own.
  Object.defineProperty(Promise.prototype, "then", {
    ...{ configurable: true, writable: true },
    value: function (this: Promise<unknown>, done?: Callback, failed?: Callback) {
      return then.call(this, bound(done) as never, bound(failed) as never);
    },
  });
}
