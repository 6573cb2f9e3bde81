/** The only file that knows TensorFlow.js. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as tfjs from "@tensorflow/tfjs";
import { restoreUtil } from "./nodeShim";

type TensorFlow = typeof tfjs;

const load = createRequire(__filename);
let loaded: TensorFlow | undefined;

/**
 * TensorFlow.js: the native build of `@tensorflow/tfjs-node`, or where that is not to be had TensorFlow.js on its
 * WebAssembly backend, which knows the same operations and is slower. `tf.getBackend()` tells which: "tensorflow"
 * or "wasm".
 *
 * It is loaded when first used, so that importing something else from here costs nothing.
 */
export const tf: TensorFlow = new Proxy({} as TensorFlow, {
  get: (_, name) => Reflect.get(tensorflow(), name),
  has: (_, name) => Reflect.has(tensorflow(), name),
  ownKeys: () => Reflect.ownKeys(tensorflow()),
  getOwnPropertyDescriptor: (_, name) => {
    const descriptor = Reflect.getOwnPropertyDescriptor(tensorflow(), name);
    return descriptor && { ...descriptor, configurable: true };
  },
});

/** The types that belong to `tf`, for annotations: `tf.Tensor2D`. */
export declare namespace tf {
  type Tensor = tfjs.Tensor;
  type Tensor1D = tfjs.Tensor1D;
  type Tensor2D = tfjs.Tensor2D;
  type Scalar = tfjs.Scalar;
  type Variable = tfjs.Variable;
  type NamedTensorMap = { [name: string]: tfjs.Tensor };
  type NamedVariableMap = { [name: string]: tfjs.Variable };
  type Optimizer = tfjs.Optimizer;
}

function tensorflow(): TensorFlow {
  loaded ??= hasNativeBuild() ? native() : installStandIn();
  return loaded;
}

/** Whether TensorFlow's own library was installed for `@tensorflow/tfjs-node`. */
export function hasNativeBuild(): boolean {
  const folder = dirname(load.resolve("@tensorflow/tfjs-node/package.json"));
  return existsSync(join(folder, "lib", "napi-v8", "tfjs_binding.node"));
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
  const standIn: TensorFlow = load("@tensorflow/tfjs");
  // Without this, the first tensor prints a recommendation of tfjs-node to stderr.
  standIn.env().set("PROD", true);
  const wasm: typeof import("@tensorflow/tfjs-backend-wasm") = load("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(dirname(load.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist", "/"));
  startWasm(standIn);
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
