// What is used of WebAssembly, typed: TypeScript knows it only as a part of the browser.

/** Compiled code, which may be sent to a worker. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

interface WebAssembly {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => WasmMemory;
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
  validate(bytes: Uint8Array): boolean;
}

/** Undefined where a flag has turned it off. */
export const webAssembly = (globalThis as { WebAssembly?: WebAssembly }).WebAssembly;
