/** TensorFlow.js in a browser. */
import type { TensorFlow } from "../tensors";

export type { TensorFlow } from "../tensors";

export function loadTensorFlow(): TensorFlow {
  throw new Error("tf needs TensorFlow.js, which this page comes without");
}
