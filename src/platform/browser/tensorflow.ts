/** What is bundled as `tensorflow.js`: TensorFlow.js with its backend on WebAssembly. */
export * from "@tensorflow/tfjs";
export { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
