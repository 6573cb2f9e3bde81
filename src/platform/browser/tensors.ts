/** TensorFlow.js in a browser: on its WebAssembly backend, from a file beside the bundle. */
import type { KernelBackend, TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensors";
import { beside } from "./beside";

export type { TensorFlow } from "../tensors";

/** TensorFlow.js takes the one that the browser can run fastest. */
const builds = [
  "tfjs-backend-wasm.wasm",
  "tfjs-backend-wasm-simd.wasm",
  "tfjs-backend-wasm-threaded-simd.wasm",
];

/**
 * Waits for the file, for `tf` is there at once where it is used: a script can be asked for in no other way without
 * giving way.
 */
export function loadTensorFlow(): TensorFlow {
  const tf = new Function(
    `${scriptOf("tensorflow.js")}; return tensorflow;`,
  )() as typeof import("./tensorflow");
  // For danfo, which computes with it too.
  Object.assign(globalThis, { [Symbol.for("cofi.tensorflow")]: tf });
  tf.env().set("PROD", true);
  tf.setWasmPaths(Object.fromEntries(builds.map((name) => [name, beside(name)])));
  startWasm(tf);
  return tf as unknown as TensorFlow;
}

function scriptOf(name: string): string {
  const request = new XMLHttpRequest();
  let reason = "";
  try {
    request.open("GET", beside(name), false);
    request.send();
    if (request.status === 200) return request.responseText;
    reason = `${request.status} ${request.statusText}`;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new Error(`tf needs TensorFlow.js, which cannot be loaded from ${beside(name)} (${reason})`);
}

/**
 * Plain JavaScript computes until WebAssembly is ready; tensors made before move over by themselves. Asking
 * TensorFlow.js for its WebAssembly backend at once would instead make every operation fail until then.
 */
function startWasm(tf: typeof import("./tensorflow")): void {
  const makeWasm = tf.findBackendFactory("wasm");
  tf.removeBackend("wasm");
  tf.setBackend("cpu");
  transposeFirst(tf);
  Promise.resolve(makeWasm()).then(
    (backend) => {
      tf.registerBackend("wasm", () => backend as KernelBackend, 3);
      tf.setBackend("wasm");
    },
    (error: Error) =>
      console.warn(`TensorFlow.js runs as plain JavaScript, without WebAssembly: ${error.message}`),
  );
}

/**
 * Matrices that a product takes transposed are transposed before it: the backend multiplies others ten times as fast as
 * those.
 */
function transposeFirst(tf: typeof import("./tensorflow")): void {
  const product = tf.getKernel("BatchMatMul", "wasm");
  const { kernelFunc: transpose } = tf.getKernel("Transpose", "wasm");
  const kernelFunc: typeof product.kernelFunc = ({ inputs, backend, attrs }) => {
    const made: TensorInfo[] = [];
    const turned = (x: TensorInfo, isAsked: unknown): TensorInfo => {
      if (!isAsked) return x;
      const last = x.shape.length - 1;
      const perm = [...Array(last - 1).keys(), last, last - 1];
      const result = transpose({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo;
      made.push(result);
      return result;
    };
    const { a, b } = inputs as Record<string, TensorInfo>;
    const { transposeA, transposeB, ...others } = attrs as Record<string, boolean>;
    const given = { a: turned(a, transposeA), b: turned(b, transposeB) };
    const plain = { ...others, transposeA: false, transposeB: false };
    const out = product.kernelFunc({ inputs: given, backend, attrs: plain });
    for (const { dataId } of made) (backend as KernelBackend).disposeData(dataId);
    return out;
  };
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({ ...product, kernelFunc });
}
