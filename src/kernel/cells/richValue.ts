import { inspect } from "node:util";
import type { Bundle } from "../protocol/wire";
import { plainData } from "./output";
import { readableStacks } from "./stack";

/** Under this key an object may have a method that returns its forms by MIME type, or a promise of them. */
const displaySymbol = Symbol.for("Jupyter.display");

/** The forms in which a cell's last value is shown: its own, the project's, and always a plain one. */
export async function bundleOf(value: unknown): Promise<Bundle> {
  const plain = () => readableStacks(inspect(value, { maxArrayLength: 100, depth: 4 }));
  const own = isObject(value) ? await ownForms(value) : undefined;
  const forms = own ?? (isObject(value) ? projectForms(value) : undefined) ?? {};
  return {
    data: plainData({ ...("text/plain" in forms ? {} : { "text/plain": plain() }), ...forms }),
    metadata: {},
  };
}

async function ownForms(value: object): Promise<Record<string, unknown> | undefined> {
  const method: unknown = (value as Record<symbol, unknown>)[displaySymbol];
  if (typeof method !== "function") return undefined;
  const forms: unknown = await method.call(value);
  if (!isObject(forms))
    throw new TypeError(
      `[Symbol.for("Jupyter.display")] must return an object of forms by MIME type, got ${inspect(forms)}`,
    );
  return forms as Record<string, unknown>;
}

/** Loaded when it is needed, and anew when it has changed. */
function projectForms(value: object): Record<string, unknown> | undefined {
  const { mimeBundle }: typeof import("../../show/mime") = require("../../show/mime");
  return mimeBundle(value);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
