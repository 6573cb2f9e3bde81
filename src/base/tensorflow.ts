/** TensorFlow.js by one name, loaded when it is first used. */
import type * as tfjs from "@tensorflow/tfjs";
import { loadTensorFlow, type TensorFlow } from "../platform/tensors";

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
  loaded ??= loadTensorFlow();
  return loaded;
}
