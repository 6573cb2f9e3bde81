import { inspect } from "node:util";
import type { Bundle } from "../../protocol/wire";
import { readableStacks } from "../errors/stack";
import { beforeShown } from "./beforeShown";
import { plainData } from "./bundleData";

/** Under this key an object may have a method that returns its forms by MIME type, or a promise of them. */
const displaySymbol = Symbol.for("Jupyter.display");

/** The forms in which a cell's last value is shown: its own, the project's, and always a plain one. */
export async function bundleOf(value: unknown): Promise<Bundle> {
  await beforeShown(value);
  const own = isObject(value) ? await ownForms(value) : undefined;
  const forms = own ?? (isObject(value) ? projectForms(value) : undefined) ?? {};
  const data = plainData(forms);
  return { data: "text/plain" in data ? data : { "text/plain": plainForm(value), ...data }, metadata: {} };
}

/** A value in text, also one that throws when it is looked at: that is no fault of the cell, which came to its end. */
function plainForm(value: unknown): string {
  try {
    return readableStacks(inspect(value, { maxArrayLength: 100, depth: 4 }));
  } catch (error) {
    return `[${typeof value} that can't be shown: ${reasonOf(error)}]`;
  }
}

function reasonOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "it throws when it is looked at";
  }
}

async function ownForms(value: object): Promise<Record<string, unknown> | undefined> {
  const method = ownMethod(value);
  if (typeof method !== "function") return undefined;
  const forms: unknown = await method.call(value);
  if (!isObject(forms))
    throw new TypeError(
      `[Symbol.for("Jupyter.display")] must return an object of forms by MIME type, got ${inspect(forms)}`,
    );
  return forms as Record<string, unknown>;
}

function ownMethod(value: object): unknown {
  try {
    return (value as Record<symbol, unknown>)[displaySymbol];
  } catch {
    return undefined; // a getter or a proxy that throws: the value is shown as any other
  }
}

/**
 * The forms of a figure, a table, ratings, a model; loaded when it is needed, and anew when it has changed. A value
 * that throws when it is asked what it is, is none of them.
 */
function projectForms(value: object): Record<string, unknown> | undefined {
  const { mimeBundle }: typeof import("../../../show/mime") = require("../../../show/mime");
  try {
    return mimeBundle(value);
  } catch (error) {
    console.error(`The value is shown as text alone: ${reasonOf(error)}`);
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
