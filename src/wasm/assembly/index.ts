// The kernels: AssemblyScript, compiled to WebAssembly with SIMD. Each works on the rows or blocks [from, to).
export * from "./factorize";
export * from "./topItems";
export * from "./train";
export * from "./bayesian";
export * from "./als";
export * from "./scores";
