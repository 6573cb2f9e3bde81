/** Files beside the bundle, which are loaded when first used: never from elsewhere. */

const key = Symbol.for("cofi.base");

/**
 * The address of a file beside the bundle. A bundle that does not know where it lies, such as a script that was put
 * together, is told by who made it: the address of the folder, under a symbol of `globalThis`.
 */
export function beside(name: string): string {
  const base = (globalThis as { [key]?: string })[key] ?? import.meta.url;
  return new URL(name, base).href;
}
