import Module from "node:module";

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;

/**
 * From now on packages that ask for the native TensorFlow, as danfojs does, get the project's stand-in where
 * that was not built on this machine.
 */
export function hookTensorflow(): void {
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  let standIn: unknown;
  loader._load = function (request, parent, isMain) {
    if (request !== "@tensorflow/tfjs-node") return load.call(this, request, parent, isMain);
    const {
      hasNativeBuild,
      installStandIn,
    }: typeof import("../../../platform/tensors") = require("../../../platform/tensors");
    return hasNativeBuild() ? load.call(this, request, parent, isMain) : (standIn ??= installStandIn());
  };
}
