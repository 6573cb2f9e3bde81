import Module from "node:module";
import { sep } from "node:path";
import { stampOf } from "../compiler/fileWatch";

const stamps = new Map<string, string>();
const packages = `${sep}node_modules${sep}`;
const ours = `${sep}dist${sep}kernel${sep}`;

/** Notes the state of each module's file just before it is loaded. */
const compile = (Module as unknown as { _extensions: Record<string, (...args: unknown[]) => void> })
  ._extensions;
for (const extension of [".js", ".json"]) {
  const load = compile[extension];
  compile[extension] = (module, file) => {
    if (isWatched(file as string)) stamps.set(file as string, stampOf(file as string));
    load(module, file);
  };
}

/** Modules in packages don't change under a running kernel, and the kernel's own can't be changed in one. */
function isWatched(file: string): boolean {
  return !file.includes(packages) && !file.includes(ours);
}

/**
 * Lets go of every module whose file has changed since it was loaded, and of all that import it, so that the next
 * import loads them anew. Variables that hold what the old ones exported stay as they are.
 *
 * @returns The files of those modules.
 */
export function forgetChanged(): ReadonlySet<string> {
  const stale = new Set<string>();
  for (const [file, stamp] of stamps) if (stampOf(file) !== stamp) stale.add(file);
  if (stale.size === 0) return stale;
  dropModules(stale, isWatched);
  for (const file of stale) stamps.delete(file);
  return stale;
}

/**
 * Lets go of modules, and of all that import them and may be let go of: they are added to the set.
 *
 * @param mayGo Defaults to all but the kernel's own.
 */
export function dropModules(
  stale: Set<string>,
  mayGo = (file: string): boolean => !file.includes(ours),
): void {
  for (let size = -1; size !== stale.size; ) {
    size = stale.size;
    for (const [file, module] of Object.entries(require.cache))
      if (module && mayGo(file) && module.children.some(({ filename }) => stale.has(filename)))
        stale.add(file);
  }
  for (const file of stale) delete require.cache[file];
}
