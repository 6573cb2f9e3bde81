/** Values on their way between two processes: numbers, texts, lists and records, NaN and blanks included. */

/** A value as JSON: what JSON can't say stands in a record with a `$`. */
export type Packed =
  | null
  | boolean
  | number
  | string
  | Packed[]
  | { $: "number"; is: string }
  | { $: "undefined" }
  | { $: "bigint"; is: string }
  | { $: "typed"; of: string; values: Packed[] }
  | { $: "record"; entries: [name: string, value: Packed][] };

/** How deep lists may lie in lists. */
const depth = 64;

const typedArrays = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
};

/**
 * A value, packed. Tensors become lists.
 *
 * @throws TypeError for a function, a symbol, and for lists that lie deeper than 64 in one another, as in a circle.
 */
export function pack(value: unknown, level = 0): Packed {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $: "number", is: Object.is(value, -0) ? "-0" : String(value) };
    case "undefined":
      return { $: "undefined" };
    case "bigint":
      return { $: "bigint", is: String(value) };
    case "string":
    case "boolean":
      return value;
    case "object":
      break;
    default:
      throw new TypeError(
        `only numbers, texts, lists and records of them can be handed over, got a ${typeof value}`,
      );
  }
  if (value === null) return null;
  if (level > depth) throw new TypeError("lists must not lie deeper than 64 in one another");
  const inner = (entry: unknown) => pack(entry, level + 1);
  if (Array.isArray(value)) return Array.from(value as unknown[], inner);
  if ("arraySync" in value && typeof value.arraySync === "function") return inner(value.arraySync());
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const of = Object.prototype.toString.call(value).slice("[object ".length, -1);
    return { $: "typed", of, values: Array.from(value as unknown as Iterable<unknown>, inner) };
  }
  return { $: "record", entries: Object.entries(value).map(([name, entry]) => [name, inner(entry)]) };
}

/**
 * The value again, of this process's own lists and records.
 *
 * @throws TypeError for what `pack` did not make.
 */
export function unpack(packed: Packed): unknown {
  if (typeof packed !== "object" || packed === null) return packed;
  if (Array.isArray(packed)) return packed.map(unpack);
  switch (packed.$) {
    case "number":
      return Number(packed.is);
    case "undefined":
      return undefined;
    case "bigint":
      return BigInt(packed.is);
    case "typed": {
      const Typed = Object.hasOwn(typedArrays, packed.of)
        ? typedArrays[packed.of as keyof typeof typedArrays]
        : undefined;
      const values = packed.values.map(unpack);
      return Typed === undefined ? values : Typed.from(values as number[]);
    }
    case "record":
      return Object.fromEntries(packed.entries.map(([name, entry]) => [name, unpack(entry)]));
    default:
      throw new TypeError("a packed value must have been made by pack");
  }
}
