import { Script } from "node:vm";

/**
 * Runs compiled code, a cell's or a module's, in the global scope and returns its value.
 *
 * @param file What it is called in stacks; its second line counts as its first.
 */
export function runScript(code: string, file: string): unknown {
  return new Script(code, { filename: file, lineOffset: -1 }).runInThisContext();
}
