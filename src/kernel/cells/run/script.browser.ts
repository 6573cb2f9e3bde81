/** What scripts are called that were run here: in their stacks each line counts one too many. */
const names = new Set<string>();

export const isScript = (file: string): boolean => names.has(file);

/**
 * Runs compiled code, a cell's or a module's, in the global scope and returns its value.
 *
 * @param file What it is called in stacks; its second line counts as its first.
 */
export function runScript(code: string, file: string): unknown {
  names.add(file);
  // biome-ignore lint/security/noGlobalEval: running the reader's code is what this is for.
  return globalThis.eval(`${code}\n//# sourceURL=${file}`);
}
