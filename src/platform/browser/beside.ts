/** Files beside the bundle, which are loaded when first used: never from elsewhere. */

const key = Symbol.for("cofi.base");
const own = Symbol.for("cofi.addresses");

/**
 * The address of a file beside the bundle. A bundle that does not know where it lies, such as a script that was put
 * together, is told by who made it, under symbols of `globalThis`: the address of the folder, and those of single files
 * that lie elsewhere.
 */
export function beside(name: string): string {
  const told = globalThis as { [key]?: string; [own]?: Record<string, string> };
  return told[own]?.[name] ?? new URL(name, told[key] ?? import.meta.url).href;
}
