import { projectFolder, projectModules } from "../../platform/project";
import { assetText } from "./assets";
import { paths, put, textOf } from "./fs";

/** Where the declarations lie, in memory, that cells are checked against. */
export const declarations = {
  /** The language's own. */
  compiler: `${projectModules}/typescript/lib`,
  /** The project is a package of its own: among its packages it is a link to itself. */
  realpath: (path: string): string => path.replace(`${projectModules}/cofi/`, `${projectFolder}/`),
};

/** Puts the declarations of an asset into memory. */
export async function declare(asset: string): Promise<void> {
  const packed: Record<string, string> = JSON.parse(await assetText(asset));
  for (const [path, text] of Object.entries(packed)) put(path, text);
}

/** Code that has to do with tensors. */
const tensors = /\btf\b|tensor|cofiCost/i;

let loading: Promise<void> | undefined;

/** Sees to it that what a cell speaks of is declared: TensorFlow.js's declarations come with the first that needs them. */
export async function declareFor(code: string): Promise<void> {
  if (!tensors.test(code)) return;
  loading ??= declareTensors();
  try {
    await loading;
  } catch {
    loading = undefined; // the cell goes on, and is told by `tf` itself that it can't be loaded
  }
}

async function declareTensors(): Promise<void> {
  await declare("tensorflow-declarations.json");
  // The project's own that refer to them are read anew, as files that have changed.
  for (const path of [...paths()])
    if (path.startsWith(`${projectFolder}/dist/`) && textOf(path)?.includes("@tensorflow/"))
      put(path, textOf(path) as string);
}
