import { join, sep } from "node:path";
import { compiledFile, projectModules } from "../../../platform/project";

/** Where the kernel's own code lies, and tslab's. */
const own = [compiledFile("kernel") + sep, join(projectModules, "tslab") + sep];

/** Whether a file that a call of a stack stands in is the kernel's. */
export function isKernels(file: string): boolean {
  return own.some((folder) => file.startsWith(folder));
}

/** Whether it is part of Node itself. */
export function isNodes(file: string): boolean {
  return file.startsWith("node:");
}

/**
 * From now on the stack of an error holds no calls of the kernel: neither those that start a cell nor those of the
 * functions that it puts around Node's. So an error reads the same wherever it is shown: alone, inside a value, as a
 * cause, in a group of the console, or as text that the cell itself makes of it.
 */
export function hideOwnFrames(): void {
  Error.prepareStackTrace = (error, calls) => {
    const foreign = calls.filter((call) => !isKernels(fileOf(call)));
    const told = foreign.length === 0 ? calls : withoutEnd(foreign);
    return [headOf(error), ...told.map((call) => `    at ${call}`)].join("\n");
  };
}

/** The calls above those of Node alone that started them; all where there are none above. */
function withoutEnd(calls: NodeJS.CallSite[]): NodeJS.CallSite[] {
  let end = calls.length;
  while (end > 0 && (isNodes(fileOf(calls[end - 1])) || calls[end - 1].isNative())) end--;
  return end === 0 ? calls : calls.slice(0, end);
}

function fileOf(call: NodeJS.CallSite): string {
  return call.getFileName() ?? "";
}

/** Name and message as V8 writes them; Node's own errors bring a text of theirs, with the code. */
function headOf(error: Error): string {
  try {
    const ofNode =
      Object.hasOwn(error, "toString") && typeof (error as NodeJS.ErrnoException).code === "string";
    return ofNode ? String(error) : Error.prototype.toString.call(error);
  } catch {
    return "<error>";
  }
}
