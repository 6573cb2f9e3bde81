/** A page has no folder that the reader works in: whatever asks for it is told so. */
import type * as nodes from "../ownFolder";

const refused = (): never => {
  throw new Error("a page has no folder of notebooks to look into: use Cofi on Node");
};

export const workingFolder: typeof nodes.workingFolder = () => "/";
export const filesInFolder: typeof nodes.filesInFolder = refused;
export const textOf: typeof nodes.textOf = refused;
export const replaceText: typeof nodes.replaceText = refused;
export const removeText: typeof nodes.removeText = refused;
