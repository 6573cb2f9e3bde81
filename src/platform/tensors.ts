/** TensorFlow.js as it is to be had here: on Node, the native build or what stands in for it. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as tfjs from "@tensorflow/tfjs";
import { restoreUtil } from "./nodeShim";

export type TensorFlow = typeof tfjs;

const load = createRequire(__filename);

/** TensorFlow.js, on the best backend that is installed. */
export const loadTensorFlow = (): TensorFlow => (hasNativeBuild() ? native() : installStandIn());

/** Whether TensorFlow's own library was installed for `@tensorflow/tfjs-node`. */
export function hasNativeBuild(): boolean {
  const folder = folderOf("@tensorflow/tfjs-node");
  return folder !== undefined && existsSync(join(folder, "lib", "napi-v8", "tfjs_binding.node"));
}

/** Where a package lies; undefined where it is not installed. */
function folderOf(name: string): string | undefined {
  try {
    return dirname(load.resolve(`${name}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

function native(): TensorFlow {
  restoreUtil();
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  return load("@tensorflow/tfjs-node");
}

/**
 * Puts TensorFlow.js on WebAssembly in the place of `@tensorflow/tfjs-node`, also for whoever else requires that
 * (danfojs-node does), and returns it.
 */
export function installStandIn(): TensorFlow {
  const wasmFolder = folderOf("@tensorflow/tfjs-backend-wasm");
  if (folderOf("@tensorflow/tfjs") === undefined || wasmFolder === undefined)
    throw new Error(
      "tf needs TensorFlow.js, which is not installed: npm install @tensorflow/tfjs-node@4.22.0, or @tensorflow/tfjs@4.22.0 and @tensorflow/tfjs-backend-wasm@4.22.0",
    );
  const standIn: TensorFlow = load("@tensorflow/tfjs");
  // Without this, the first tensor prints a recommendation of tfjs-node to stderr.
  standIn.env().set("PROD", true);
  const wasm: typeof import("@tensorflow/tfjs-backend-wasm") = load("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(wasmFolder, "dist", "/"));
  startWasm(standIn);
  if (folderOf("@tensorflow/tfjs-node") === undefined) return standIn; // nobody can require it
  const path = load.resolve("@tensorflow/tfjs-node");
  load.cache[path] = Object.assign(Object.create(module.constructor.prototype), {
    id: path,
    filename: path,
    loaded: true,
    exports: standIn,
    children: [],
    paths: [],
  });
  return standIn;
}

/**
 * Plain JavaScript computes until WebAssembly is ready, a few milliseconds later; tensors made before move over by
 * themselves. Asking TensorFlow.js for its WebAssembly backend at once would instead make every operation fail
 * until then.
 */
function startWasm(standIn: TensorFlow): void {
  const makeWasm = standIn.findBackendFactory("wasm");
  standIn.removeBackend("wasm");
  standIn.setBackend("cpu");
  withoutNewHandlers(() => Promise.resolve(makeWasm())).then(
    (backend) => {
      standIn.registerBackend("wasm", () => backend as tfjs.KernelBackend, 3);
      standIn.setBackend("wasm");
    },
    (error: Error) =>
      console.warn(`TensorFlow.js runs as plain JavaScript, without WebAssembly: ${error.message}`),
  );
}

/**
 * Takes back the process-wide handlers that the WebAssembly build sets up for itself: they end the process, a
 * notebook's kernel with all its variables, at any error that nobody caught.
 */
async function withoutNewHandlers<T>(work: () => Promise<T>): Promise<T> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = new Set(events.flatMap((event) => process.listeners(event as "exit")));
  try {
    return await work();
  } finally {
    for (const event of events) {
      for (const handler of process.listeners(event as "exit")) {
        if (!before.has(handler)) process.off(event, handler);
      }
    }
  }
}
