// What is used of WebAssembly, typed: TypeScript knows it only as a part of the browser.

/** Compiled code, which may be sent to a worker. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

interface WebAssembly {
  Memory: new (size: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
  validate(bytes: Uint8Array): boolean;
}

/** Undefined where a flag has turned it off. */
export const webAssembly = (globalThis as { WebAssembly?: WebAssembly }).WebAssembly;

/** A kernel works on the rows or blocks [from, to), with the arguments that its step gives. */
export type Kernel = (from: number, to: number, ...rest: number[]) => void;

/** The kernels over a memory. */
export function instantiate(module: WasmModule, memory: WasmMemory): Record<string, Kernel> {
  const env = { memory, exp: Math.exp, log1p: Math.log1p };
  return new webAssembly!.Instance(module, { env }).exports as Record<string, Kernel>;
}
