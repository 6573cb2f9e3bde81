/** A value as the text that a programmer reads, and what kind of value it is in whichever realm it was made. */
import { types } from "node:util";

export { inspect } from "node:util";
export const { isPromise: isNativePromise, isNativeError } = types;
