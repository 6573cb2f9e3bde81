/**
 * The checks behind every error message: each names the argument, the rule and the value, and, where the
 * value stood in a list or a file, the place. A value of the wrong kind is a TypeError, one outside its
 * range a RangeError.
 */

const shown = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value) : typeof value === "bigint" ? `${value}n` : String(value);

const at = (place?: string): string => (place ? ` (${place})` : "");

export function outOfRange(name: string, rule: string, value: unknown, place?: string): RangeError {
  return new RangeError(`${name} must be ${rule}, got ${shown(value)}${at(place)}`);
}

export function checkNumber(name: string, value: unknown, place?: string): asserts value is number {
  if (typeof value !== "number") {
    throw new TypeError(`${name} must be a number, got ${shown(value)}${at(place)}`);
  }
}

export function checkText(name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw new TypeError(`${name} must be a text, got ${shown(value)}`);
}

export function checkFinite(name: string, value: unknown, place?: string): asserts value is number {
  checkNumber(name, value, place);
  if (!Number.isFinite(value)) throw outOfRange(name, "finite", value, place);
}

/** A zero-based index below `length`; without a length, any that an Int32Array holds. */
export function checkIndex(name: string, value: unknown, length?: number, place?: string): void {
  checkNumber(name, value, place);
  if (length !== undefined && !(value >= 0 && value < length)) {
    throw outOfRange(name, `in [0, ${length})`, value, place);
  }
  if (!(value >= 0)) throw outOfRange(name, ">= 0", value, place);
  if (value >= 2 ** 31) throw outOfRange(name, "< 2147483648", value, place);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value, place);
}

/** An integer from `least` up: a count, a number of iterations. */
export function checkCount(name: string, value: unknown, least = 1): void {
  checkNumber(name, value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < least) throw outOfRange(name, `>= ${least}`, value);
}

export function checkPositive(name: string, value: unknown, place?: string): void {
  checkFinite(name, value, place);
  if (value <= 0) throw outOfRange(name, "> 0", value, place);
}

export function checkNotNegative(name: string, value: unknown): void {
  checkFinite(name, value);
  if (value < 0) throw outOfRange(name, ">= 0", value);
}

export function checkOneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): void {
  if (!choices.includes(value as T)) {
    throw outOfRange(name, `one of ${choices.map(shown).join(", ")}`, value);
  }
}

/** Every entry of a block of numbers is finite; the message gives the place of the first that is not. */
export function checkAllFinite(name: string, values: ArrayLike<number>): void {
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) throw outOfRange(name, "finite", values[k], `entry ${k}`);
  }
}

/** A list with something in it: "ratings must hold at least one rating, got none". */
export function checkSome(name: string, one: string, list: ArrayLike<unknown>): void {
  if (list.length === 0) throw new RangeError(`${name} must hold at least one ${one}, got none`);
}

/** A list with an entry for each of something. */
export function checkLength(name: string, list: ArrayLike<unknown>, length: number): void {
  if (list.length !== length) {
    throw new RangeError(`${name} must have ${length} entries, got ${list.length}`);
  }
}

/** The names of an options object, for `checkOptions`: the compiler sees to it that none is missing or misspelt. */
export function optionNames<Options>(names: Readonly<Record<keyof Options, true>>): readonly string[] {
  return Object.keys(names);
}

/** Options are a closed set: a misspelt name is an error, not a default silently kept. */
export function checkOptions(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`option must be one of ${known.join(", ")}, got ${shown(name)}`);
    }
  }
}
