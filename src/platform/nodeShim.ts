import util from "node:util";

/**
 * Puts back two functions of `node:util` that Node 23 took away and `@tensorflow/tfjs-node` 4.22 still calls, and
 * replaces those of Node 22, which complain on stderr. To be called before tfjs-node is loaded.
 */
export function restoreUtil(): void {
  const legacy = util as unknown as Record<string, (value: unknown) => boolean>;
  legacy.isArray = Array.isArray;
  legacy.isNullOrUndefined = (value) => value === null || value === undefined;
}
