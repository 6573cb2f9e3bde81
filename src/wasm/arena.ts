import { sharesMemory } from "../platform/cores";
import type { RecordOf, SharedRecord } from "./records";
import { type WasmMemory, webAssembly } from "./webassembly";

/** Where typed arrays come from: a piece of WebAssembly's memory, or the heap where there is none. All are zero. */
export interface Store {
  uint16(length: number): Uint16Array;
  int32(length: number): Int32Array;
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
}

/** The heap of JavaScript as a store. */
export const heap: Store = {
  uint16: (length) => new Uint16Array(length),
  int32: (length) => new Int32Array(length),
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
};

/** How many numbers a row takes that is filled up to whole vectors of four. */
export const paddedWidth = (numbers: number): number => Math.ceil(numbers / 4) * 4;

const page = 65536;

/**
 * A piece of WebAssembly's memory, handed out from the bottom up and shared by all threads. Its size is known before
 * it is made, because a memory that grows loses its views.
 */
export class Arena implements Store {
  readonly memory: WasmMemory;
  #top = 64;

  /**
   * @param work What the memory is for, as in "factorization": named where it is too much.
   * @param bytes What will be asked for in all; each piece may take up to 64 bytes more.
   */
  constructor(work: string, bytes: number) {
    const pages = Math.ceil((bytes + page) / page);
    if (pages > page) {
      const gigabytes = (bytes / 2 ** 30).toFixed(1);
      throw new RangeError(`${work} must fit into WebAssembly's memory of 4 GiB, got ${gigabytes} GiB`);
    }
    this.memory = new webAssembly!.Memory({ initial: pages, maximum: pages, shared: sharesMemory() });
  }

  /** The address of `bytes` fresh bytes, all zero, at the beginning of a line of the cache. */
  allocate(bytes: number): number {
    const address = this.#top;
    this.#top = Math.ceil((address + bytes) / 64) * 64;
    return address;
  }

  uint16(length: number): Uint16Array {
    return new Uint16Array(this.memory.buffer, this.allocate(2 * length), length);
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.memory.buffer, this.allocate(4 * length), length);
  }

  float32(length: number): Float32Array {
    return new Float32Array(this.memory.buffer, this.allocate(4 * length), length);
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.memory.buffer, this.allocate(8 * length), length);
  }

  /**
   * A record as the kernels read it: words of 32 bits (addresses, counts, flags), then numbers of 64. A view stands for
   * its address. What `set` writes later must not be read meanwhile.
   */
  record<R extends SharedRecord>(layout: R, values: RecordOf<R>): { address: number; set: SetNumber<R> } {
    const { words, numbers } = layout;
    const given = values as Readonly<Record<string, number | { byteOffset: number }>>;
    const plain = (name: string) => {
      const value = given[name];
      return typeof value === "number" ? value : value.byteOffset;
    };
    const wordBytes = Math.ceil(words.length / 2) * 8;
    const address = this.allocate(wordBytes + 8 * numbers.length);
    new Uint32Array(this.memory.buffer, address, words.length).set(words.map(plain));
    const view = new Float64Array(this.memory.buffer, address + wordBytes, numbers.length);
    view.set(numbers.map(plain));
    return {
      address,
      set(name, value) {
        view[numbers.indexOf(name)] = value;
      },
    };
  }
}

/** Changes one of a record's numbers. */
type SetNumber<R extends SharedRecord> = (name: R["numbers"][number], value: number) => void;

/** The bytes that so many arrays may take, the gaps between them included. */
export function bytesFor(arrays: readonly { length: number; bytes: number }[]): number {
  return arrays.reduce((sum, { length, bytes }) => sum + length * bytes + 64, 64);
}
