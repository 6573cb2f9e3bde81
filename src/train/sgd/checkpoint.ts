import type { Model } from "../../model/model";
import { move, readBytes, remove, writeSafely } from "../../platform/dataFiles";
import { sha256 } from "../../platform/hash";
import type { Ratings } from "../../ratings/ratings";

/** What a factorization has to go on from. */
export interface SgdState {
  /** The RMSE of each epoch on the ratings, and on those held out. */
  history: number[];
  held: number[];
  /** The rows of W and X. */
  blocks: Float32Array[];
  /** The rows at the epoch that was best on the ratings held out. */
  best?: Float32Array[];
}

export interface Checkpoint {
  /** Fills in the state of the run that the file is from; false where there is no file. */
  restore(state: SgdState): Promise<boolean>;
  /** Writes the state beside the file, and puts it in its place when it is safe on the disk. */
  save(state: SgdState): Promise<void>;
}

interface Header {
  run: string;
  settings: object;
  history: number[];
  held: number[];
  lengths: number[];
}

/**
 * A file that holds the state of a run of certain settings on certain ratings: a line of JSON, then the numbers of the
 * blocks as they lie in memory. At any moment, whatever stops the machine, it is whole: the last state or the one
 * before.
 */
export async function openCheckpoint(
  file: string,
  { settings, ratings }: { settings: object; ratings: readonly Ratings[] },
): Promise<Checkpoint> {
  const run = fingerprint(settings, ratings);
  return {
    async restore(state) {
      const bytes = await readBytes(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (bytes === undefined) return false;
      const header = headerOf(bytes, file);
      if (header.run !== run) {
        const found = JSON.stringify(header.settings);
        throw new RangeError(
          `${file} must be of the same ratings and of ${JSON.stringify(settings)}, got one of ${found}: remove it, or name another file`,
        );
      }
      let offset = bytes.indexOf(10) + 1;
      const blocks = header.lengths.map((length) => {
        const block = new Float32Array(length);
        new Uint8Array(block.buffer).set(bytes.subarray(offset, (offset += 4 * length)));
        return block;
      });
      if (offset !== bytes.length)
        throw new RangeError(`${file} must be whole, got ${bytes.length} bytes of ${offset}`);
      state.history.push(...header.history);
      state.held.push(...header.held);
      for (const [k, block] of state.blocks.entries()) block.set(blocks[k]);
      if (blocks.length > state.blocks.length) state.best = blocks.slice(state.blocks.length);
      return true;
    },
    async save({ history, held, blocks, best = [] }) {
      const all = [...blocks, ...best];
      const header: Header = { run, settings, history, held, lengths: all.map((block) => block.length) };
      const part = `${file}.part`;
      try {
        await writeSafely(part, partsOf(header, all));
        await move(part, file);
      } catch (error) {
        await remove(part);
        throw error;
      }
    },
  };
}

/** A line of JSON, then the blocks. */
function* partsOf(header: Header, blocks: readonly Float32Array[]): Iterable<string | Uint8Array> {
  yield `${JSON.stringify(header)}\n`;
  // Memory that threads share is not taken by the file system: each block goes through a copy.
  for (const block of blocks) yield new Uint8Array(block.slice().buffer);
}

function headerOf(bytes: Uint8Array, file: string): Header {
  const end = bytes.indexOf(10);
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Header;
    if (typeof header.run === "string" && Array.isArray(header.lengths)) return header;
  } catch {
    // Told below, with the file's name.
  }
  throw new RangeError(`${file} must be a checkpoint of factorize, got something else: name another file`);
}

/** A hash of a model's numbers. */
export function fingerprintOf({ X, W, b, mu }: Pick<Model, "X" | "W" | "b" | "mu">): string {
  const hash = sha256();
  for (const block of [X, W, b, mu]) hash.update(block);
  return hash.digest("hex");
}

/** One hash for settings and ratings: whoever has the same goes the same way. */
function fingerprint(settings: object, ratings: readonly Ratings[]): string {
  const hash = sha256().update(JSON.stringify(settings));
  for (const { numItems, numUsers, items, users, values, weights } of ratings) {
    hash.update(`${numItems} ${numUsers} ${values.length}`);
    for (const column of [items, users, values, ...(weights ? [weights] : [])]) hash.update(column);
  }
  return hash.digest("hex");
}
