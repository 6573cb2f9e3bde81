/** The binary parts of a widget's state: by Jupyter's widget protocol they travel beside the JSON, each with its path. */

/** A state without its binary parts, these, and where each stood. */
export interface Parted {
  readonly state: Record<string, unknown>;
  readonly buffers: readonly (ArrayBuffer | ArrayBufferView)[];
  readonly paths: readonly (readonly (string | number)[])[];
}

/** Takes the binary parts out of a state: in lists `null` stands in their place, in objects nothing. */
export function partBuffers(state: Readonly<Record<string, unknown>>): Parted {
  const buffers: (ArrayBuffer | ArrayBufferView)[] = [];
  const paths: (string | number)[][] = [];
  const without = (value: unknown, path: (string | number)[]): unknown => {
    if (isBinary(value)) {
      buffers.push(value);
      paths.push(path);
      return undefined;
    }
    if (Array.isArray(value)) return value.map((one, k) => without(one, [...path, k]) ?? null);
    if (!isPlain(value)) return value;
    const kept = Object.entries(value).map(([name, one]) => [name, without(one, [...path, name])]);
    return Object.fromEntries(kept.filter(([, one]) => one !== undefined));
  };
  return { state: without({ ...state }, []) as Record<string, unknown>, buffers, paths };
}

/**
 * Puts binary parts back where they stood.
 *
 * @throws RangeError where there are not as many paths as parts, or where a path leads nowhere.
 */
export function joinBuffers({ state, buffers, paths }: Parted): Record<string, unknown> {
  if (paths.length !== buffers.length)
    throw new RangeError(
      `buffer_paths must be one for each of ${buffers.length} buffers, got ${paths.length}`,
    );
  const whole = structuredClone(state);
  paths.forEach((path, k) => {
    let place: unknown = whole;
    for (const step of path.slice(0, -1)) place = ownEntry(place, step, path);
    const last = path.at(-1);
    if (last === undefined || !isContainer(place)) throw leadsNowhere(path);
    Object.defineProperty(place, last, {
      value: buffers[k],
      enumerable: true,
      writable: true,
      configurable: true,
    });
  });
  return whole;
}

function ownEntry(place: unknown, step: string | number, path: readonly (string | number)[]): unknown {
  if (!isContainer(place) || !Object.hasOwn(place, step)) throw leadsNowhere(path);
  return (place as Record<string | number, unknown>)[step];
}

const leadsNowhere = (path: readonly unknown[]) =>
  new RangeError(`buffer_paths must lead to a place in the state, got ${JSON.stringify(path)}`);

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

const isBinary = (value: unknown): value is ArrayBuffer | ArrayBufferView =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

const isPlain = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && Object.getPrototypeOf(value) === Object.prototype;
