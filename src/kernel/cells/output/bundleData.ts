import { types } from "node:util";

/**
 * The data of a bundle as the notebook's format has it, whatever the cell gave: text for text, base64 for bytes of
 * pictures, sound and the like, JSON for JSON. Without this a bundle could make a notebook that can't be saved.
 */
export function plainData(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data)
      .filter(([, value]) => value !== undefined)
      .map(([mime, value]) => [mime, isJson(mime) ? plainJson(value) : plainText(mime, value)]),
  );
}

/** A value as JSON can carry it: typed arrays as lists, buffers in base64, whole numbers beyond 2^53 as text. */
export function plainJson(value: unknown): unknown {
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key: string, given: unknown) {
    if (typeof given === "bigint") return Number.isSafeInteger(Number(given)) ? Number(given) : String(given);
    const original = this[key]; // before `toJSON`, which buffers have
    const bytes = bytesOf(original);
    if (bytes === undefined) return given;
    return isNumbers(original) ? Array.from(original) : bytes.toString("base64");
  });
  return text === undefined ? null : JSON.parse(text);
}

/** By the schema of notebooks these may hold any JSON, and all others text alone. */
function isJson(mime: string): boolean {
  return /^application\/(?:.+\+)?json$/.test(mime) || mime.endsWith("+json");
}

function plainText(mime: string, value: unknown): string | string[] {
  if (typeof value === "string") return value;
  const bytes = bytesOf(value);
  if (bytes) return bytes.toString(isText(mime) ? "utf8" : "base64");
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value;
  return typeof value === "object" && value !== null ? JSON.stringify(plainJson(value)) : String(value);
}

function isText(mime: string): boolean {
  return mime.startsWith("text/") || mime === "image/svg+xml" || mime === "application/javascript";
}

function bytesOf(value: unknown): Buffer | undefined {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return types.isAnyArrayBuffer(value) ? Buffer.from(value) : undefined;
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  return types.isTypedArray(value) && !Buffer.isBuffer(value);
}
