import type { Store } from "./store";
import { type WasmMemory, webAssembly } from "./webassembly";

const page = 65536;

/**
 * A piece of WebAssembly's memory, handed out from the bottom up and shared by all threads. Its size is known before
 * it is made, because a memory that grows loses its views.
 */
export class Arena implements Store {
  readonly memory: WasmMemory;
  #top = 64;

  /** @param bytes What will be asked for in all; each piece may take up to 64 bytes more. */
  constructor(bytes: number) {
    const pages = Math.ceil((bytes + page) / page);
    if (pages > page) {
      const gigabytes = (bytes / 2 ** 30).toFixed(1);
      throw new RangeError(`training must fit into WebAssembly's memory of 4 GiB, got ${gigabytes} GiB`);
    }
    this.memory = new webAssembly!.Memory({ initial: pages, maximum: pages, shared: true });
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

  /** A record as the kernels read it: addresses, counts and flags of 32 bits, then numbers of 64. */
  record(words: readonly number[], numbers: readonly number[]): { address: number; numbers: Float64Array } {
    const wordBytes = Math.ceil(words.length / 2) * 8;
    const address = this.allocate(wordBytes + 8 * numbers.length);
    new Uint32Array(this.memory.buffer, address, words.length).set(words);
    const view = new Float64Array(this.memory.buffer, address + wordBytes, numbers.length);
    view.set(numbers);
    return { address, numbers: view };
  }
}

/** The bytes that so many arrays may take, the gaps between them included. */
export function bytesFor(arrays: readonly { length: number; bytes: number }[]): number {
  return arrays.reduce((sum, { length, bytes }) => sum + length * bytes + 64, 64);
}
