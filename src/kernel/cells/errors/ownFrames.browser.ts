import { isAsset } from "../../web/assets";
import { scope } from "../../web/worker";
import { isScript } from "../run/script.browser";

/** Whether a file that a call of a stack stands in is the kernel's, or a bundle, whose lines tell nobody anything. */
export function isKernels(file: string): boolean {
  return file === scope.location.href || isAsset(file);
}

/** Whether it is part of the browser itself, which has no name for it. */
export function isNodes(file: string): boolean {
  return file === "";
}

/**
 * From now on the stack of an error holds no calls of the kernel, and tells the lines of cells and modules as they
 * count. It takes an engine that lets stacks be prepared, V8; in others they stand as they are.
 */
export function hideOwnFrames(): void {
  Error.prepareStackTrace = (error, calls) => {
    const foreign = calls.filter((call) => !isKernels(fileOf(call)));
    const told = foreign.length === 0 ? calls : withoutEnd(foreign);
    return [headOf(error), ...told.map((call) => `    at ${textOf(call)}`)].join("\n");
  };
}

/** The calls above those of the browser alone that started them; all where there are none above. */
function withoutEnd(calls: NodeJS.CallSite[]): NodeJS.CallSite[] {
  let end = calls.length;
  while (end > 0 && (isNodes(fileOf(calls[end - 1])) || calls[end - 1].isNative())) end--;
  return end === 0 ? calls : calls.slice(0, end);
}

/** A call in words, its line as it counts in the script. */
function textOf(call: NodeJS.CallSite): string {
  const file = fileOf(call);
  const line = call.getLineNumber() ?? 0;
  const place = `${file}:${line}:`;
  return isScript(file) ? String(call).replace(place, `${file}:${line - 1}:`) : String(call);
}

function fileOf(call: NodeJS.CallSite): string {
  return call.getFileName() ?? call.getScriptNameOrSourceURL() ?? "";
}

/** Name and message as V8 writes them. */
function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "<error>";
  }
}
