/** What a function under examination takes and returns: numbers in lists and records, compared and put into words. */

/** A number, a blank, or lists and records of them. */
export type Value = number | null | readonly Value[] | { readonly [name: string]: Value };

/** How far a number may be from the one wanted, of the greater of 1 and its size: single precision passes. */
const usual = 1e-5;

/**
 * A result as plain lists: typed arrays and tensors become lists, everything else stays what it is. A list in the
 * place of a record is read as its entries, in the order of the record wanted.
 */
export function plain(value: unknown, wanted?: Value): unknown {
  if (value === null || typeof value !== "object") return value;
  if ("arraySync" in value && typeof value.arraySync === "function") return plain(value.arraySync(), wanted);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return plain(Array.from(value as unknown as Iterable<unknown>), wanted);
  const names = isRecord(wanted) ? Object.keys(wanted) : undefined;
  if (Array.isArray(value)) {
    // Array.from fills the holes of a list with undefined.
    const entries = Array.from(value as unknown[]);
    if (names !== undefined && entries.length === names.length)
      return Object.fromEntries(names.map((name, k) => [name, plain(entries[k], valueIn(wanted, name))]));
    return entries.map((entry, k) => plain(entry, valueIn(wanted, k)));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, plain(entry, valueIn(wanted, name))]),
  );
}

function valueIn(value: Value | undefined, at: string | number): Value | undefined {
  return typeof value === "object" && value !== null
    ? (value as Record<string | number, Value>)[at]
    : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two results agree: shapes exactly, numbers nearly; what is not finite agrees with what is not finite. */
export function agree(one: unknown, other: unknown, tolerance = usual): boolean {
  if (typeof one === "number" && typeof other === "number") {
    if (!Number.isFinite(one) || !Number.isFinite(other))
      return !Number.isFinite(one) && !Number.isFinite(other);
    return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other));
  }
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((entry, k) => agree(entry, other[k], tolerance));
  if (isRecord(one) && isRecord(other))
    return Object.keys(other).every((name) => name in one && agree(one[name], other[name], tolerance));
  return one === other;
}

/** Whether two arguments are the same in every bit. */
export function identical(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((entry, k) => identical(entry, other[k]));
  if (isRecord(one) && isRecord(other)) {
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length && names.every((name) => identical(one[name], other[name]))
    );
  }
  return Object.is(one, other);
}

/**
 * The shape of a result in words: "a number", "a list of 3", "a matrix of 2 × 3".
 */
export function shapeOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    if (!value.some(Array.isArray)) return `a list of ${value.length}`;
    if (value.every((row) => Array.isArray(row) && row.length === (first as unknown[]).length)) {
      if (!(value as unknown[][]).flat().some(Array.isArray))
        return `a matrix of ${value.length} × ${(first as unknown[]).length}`;
      return `lists in ${value.length} lists of ${(first as unknown[]).length}`;
    }
    return `a list of ${value.length} whose entries differ in length`;
  }
  if (isRecord(value)) {
    const names = Object.keys(value);
    return names.length === 0 ? "an object without entries" : `an object with ${names.join(", ")}`;
  }
  return `a ${typeof value}`;
}

/** The first place where the shape is not the one wanted, in words; undefined where all shapes are right. */
export function misshapen(got: unknown, wanted: Value, place = "the result"): string | undefined {
  const differs = `${place} must be ${shapeOf(wanted)}, and is ${shapeOf(got)}`;
  if (isRecord(wanted)) {
    if (!isRecord(got)) return differs;
    for (const [name, entry] of Object.entries(wanted)) {
      if (!(name in got)) return `${place} has no ${name}: it must be ${shapeOf(wanted)}`;
      const found = misshapen(got[name], entry as Value, name);
      if (found) return found;
    }
    return undefined;
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got) || shapeOf(got) !== shapeOf(wanted)) return differs;
    for (let k = 0; k < wanted.length; k++) {
      const found = misshapen(got[k], wanted[k], `${place}[${k}]`.replace("the result[", "result["));
      if (found) return found;
    }
    return undefined;
  }
  if (wanted === null)
    return got === null ? undefined : `${place} must stay a blank, null, and is ${shown(got)}`;
  return typeof got === "number" ? undefined : differs;
}

/** Whether a value is of numbers, blanks, and lists and records of them, all the way down. */
export function isValue(value: unknown): value is Value {
  if (value === null || typeof value === "number") return true;
  if (typeof value !== "object") return false;
  // A record's prototype has none itself, in whichever realm it was made.
  const parent = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || parent === null || Object.getPrototypeOf(parent) === null;
  return isPlain && Object.values(value).every(isValue);
}

/** The first number that is not finite, NaN or infinite; undefined where all are. */
export function notFinite(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : value;
  if (typeof value !== "object" || value === null) return undefined;
  for (const entry of Object.values(value)) {
    const found = notFinite(entry);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Numbers, lists and records as they are written in a cell, with at most six digits; long ones are cut. */
export function shown(value: unknown): string {
  const text = written(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

function written(value: unknown): string {
  if (typeof value === "number") return String(Number.isFinite(value) ? Number(value.toPrecision(6)) : value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([name, entry]) => `${name}: ${written(entry)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return typeof value === "bigint" ? `${value}n` : String(value);
}
