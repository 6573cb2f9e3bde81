/** Where typed arrays come from: a piece of WebAssembly's memory, or the heap where there is none. */
export interface Store {
  uint16(length: number): Uint16Array;
  int32(length: number): Int32Array;
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
}

export const heap: Store = {
  uint16: (length) => new Uint16Array(length),
  int32: (length) => new Int32Array(length),
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
};
