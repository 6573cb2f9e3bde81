// The kernels: AssemblyScript, compiled to WebAssembly with SIMD. Each works on the rows or blocks [from, to).
export * from "./descent";
export * from "./search";
export * from "./training";
export * from "./sampling";
