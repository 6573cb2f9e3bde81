/** What has become of promises: a browser tells it only to those that wait, so it is looked up before they are shown. */
import { inspect } from "./util";

type State = { value: unknown } | { reason: unknown } | "pending";

const states = new WeakMap<object, State>();

/** How deep in a value promises are looked for. */
const depth = 4;

/** How many members of each value are looked at. */
const most = 100;

/** Looks up what has become of a value that is a promise, and of those that it holds. */
export async function lookUp(value: unknown): Promise<void> {
  const found = new Set<Promise<unknown>>();
  collect(value, found, depth);
  await Promise.all([...found].map(look));
}

async function look(promise: Promise<unknown>): Promise<void> {
  const pending = {};
  try {
    const value = await Promise.race([promise, pending]);
    states.set(promise, value === pending ? "pending" : { value });
    if (value === pending) setImmediate(() => states.delete(promise)); // it may have settled by then
  } catch (reason) {
    states.set(promise, { reason });
  }
}

function collect(value: unknown, found: Set<Promise<unknown>>, left: number): void {
  if (typeof value !== "object" || value === null) return;
  try {
    if (value instanceof Promise) found.add(value);
    if (left === 0) return;
    for (const key of Object.keys(value).slice(0, most)) {
      const member = Object.getOwnPropertyDescriptor(value, key)?.value;
      collect(member, found, left - 1);
    }
  } catch {
    // A proxy that throws when it is looked at holds nothing to be shown.
  }
}

/** The marks that stand for promises of which nothing is known yet, and what is found to be put in their places. */
const marks = new Map<string, Promise<string>>();
const mark = /\ufdd0\d+\ufdd1/g;
let marking = false;
let count = 0;

/** Makes a text in which a promise of which nothing is known has a mark, which `unmarked` replaces. */
export function marked<T>(make: () => T): T {
  marking = true;
  try {
    return make();
  } finally {
    marking = false;
  }
}

export const hasMarks = (text: string): boolean => text.search(mark) >= 0;

/** The text with what had become of each promise when it was made. */
export async function unmarked(text: string): Promise<string> {
  const found = new Map<string, string>();
  for (const one of text.match(mark) ?? []) {
    found.set(one, (await marks.get(one)) ?? "Promise { … }");
    marks.delete(one);
  }
  return text.replace(mark, (one) => found.get(one) as string);
}

/** From now on a promise is shown with what is known of it; of those that are made settled all is known at once. */
export function showPromises(): void {
  const { resolve, reject } = Promise;
  Object.assign(Promise, {
    resolve(this: PromiseConstructor, value: unknown) {
      const promise = resolve.call(this, value);
      if (typeof value !== "object" && typeof value !== "function") states.set(promise, { value });
      return promise;
    },
    reject(this: PromiseConstructor, reason: unknown) {
      const promise = reject.call(this, reason);
      states.set(promise, { reason });
      return promise;
    },
  });
  Object.defineProperty(Promise.prototype, inspect.custom, {
    ...{ configurable: true, writable: true },
    value(this: Promise<unknown>, _: number, options: { stylize(text: string, kind: string): string }) {
      const state = states.get(this);
      if (state === undefined) {
        if (!marking) return "Promise { … }";
        const own = `\ufdd0${++count}\ufdd1`;
        marks.set(
          own,
          look(this).then(() => inspect(this, options as object)),
        );
        return own;
      }
      if (state === "pending") return `Promise { ${options.stylize("<pending>", "special")} }`;
      const isRejected = "reason" in state;
      const text = inspect(isRejected ? state.reason : state.value, options as object);
      const told = isRejected ? `${options.stylize("<rejected>", "special")} ${text}` : text;
      return told.includes("\n") ? `Promise {\n  ${told.replaceAll("\n", "\n  ")}\n}` : `Promise { ${told} }`;
    },
  });
}
