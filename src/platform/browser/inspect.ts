/** A value as the text that a programmer reads, and what kind of value it is: in a browser as Node has it. */
import { inspect as inspected } from "node-inspect-extracted";
import type { inspect as nodes } from "../inspect";

export const inspect = inspected as unknown as typeof nodes;

export const isNativePromise = (value: unknown): value is Promise<unknown> =>
  kindOf(value) === "[object Promise]" && typeof (value as Promise<unknown>).then === "function";

export const isNativeError = (value: unknown): value is Error =>
  kindOf(value) === "[object Error]" || value instanceof Error;

const kindOf = (value: unknown): string => Object.prototype.toString.call(value);
