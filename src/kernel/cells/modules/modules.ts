import Module from "node:module";
import { delimiter } from "node:path";
import { restoreUtil } from "../../../platform/nodeShim";
import { projectModules } from "../../../platform/project";
import { standIn } from "../run/standIn";
import { hookTensorflow } from "./tensorflowHook";

/**
 * Makes imports work from any working directory: packages that its own folders don't have come from the
 * project's. Before any package is loaded, what old ones miss in new Nodes is put back and TensorFlow's notes
 * are silenced.
 */
export function prepareModules(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  process.env.NODE_PATH = [process.env.NODE_PATH, projectModules].filter(Boolean).join(delimiter);
  (Module as unknown as { _initPaths(): void })._initPaths();
  restoreUtil();
  keepPackagesQuiet();
  hookTensorflow();
}

/**
 * Node complains on stderr of a module of its own, `punycode`, that danfojs-node's packages still load, and says of the
 * way in which ES modules are imported here that it may change: nothing that the reader of a notebook has done or can
 * mend.
 */
function keepPackagesQuiet(): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = standIn(process.emitWarning, (...args: unknown[]) => {
    if (!args.includes("DEP0040") && !String(args[0]).includes("USE_MAIN_CONTEXT_DEFAULT_LOADER"))
      emit(...args);
  });
}
