import { inspect } from "node:util";
import type { Failure } from "../../protocol/wire";
import { excerpt, green, red } from "../check/excerpt";
import { asWritten } from "../emit/emit";
import { KeyboardInterrupt } from "../run/cell";
import { framesOf, frameText } from "./stack";

export { rememberCell, rememberedCells } from "./stack";

/** How many errors that caused one another to show. */
const depth = 8;

/** How a cell fails that threw: name, message, the line itself, where it was called from, and what caused it. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof KeyboardInterrupt)
    return {
      ename: thrown.name,
      evalue: thrown.message,
      traceback: [red(`${thrown.name}: the cell was interrupted`)],
    };
  const { name, message } = described(thrown);
  return { ename: name, evalue: message, traceback: tracebackOf(thrown, 0) };
}

function described(thrown: unknown): { name: string; message: string } {
  if (!isError(thrown)) {
    const kind = thrown === null ? "null" : typeof thrown;
    return {
      name: `Thrown ${kind}`,
      message: typeof thrown === "string" ? thrown : attempt(() => inspect(thrown)),
    };
  }
  const name = attempt(() => (thrown.name === "Error" ? thrown.constructor?.name : thrown.name));
  return { name: String(name || "Error"), message: inOwnWords(String(attempt(() => thrown.message))) };
}

/** A message that speaks of compiled code, in the words of the code that was compiled. */
function inOwnWords(message: string): string {
  return asWritten(message)
    .replace(/\(0 ?, ?[\w$]+_\d+\.([\w$]+)\)/g, "$1")
    .replace(/\b([A-Za-z$][\w$]*)_\d+\.default\b/g, "$1");
}

function tracebackOf(thrown: unknown, level: number): string[] {
  const { name, message } = described(thrown);
  const lines = [`${red(name)}: ${message}`];
  if (!isError(thrown)) return lines;
  const frames = framesOf(String(attempt(() => thrown.stack)));
  const inCell = frames.find((frame) => frame.cell !== undefined);
  if (inCell?.cell) {
    lines.push(`${green(inCell.cell.label)}, line ${inCell.line}:`);
    lines.push(...excerpt(inCell.cell.code, { line: inCell.line - 1, character: inCell.column - 1 }));
  }
  lines.push(...frames.map((frame) => `    at ${frameText(frame)}`));
  const extra = attempt(() => ownMembers(thrown));
  if (extra !== undefined) lines.push(extra);
  if (level === depth) return lines;
  const errors = attempt(() => (thrown as { errors?: unknown }).errors);
  if (Array.isArray(errors))
    errors.forEach((error, k) => {
      lines.push("", `Error ${k + 1} of ${errors.length}:`, ...tracebackOf(error, level + 1));
    });
  const cause = attempt(() => thrown.cause);
  if (cause !== undefined) lines.push("", "Caused by:", ...tracebackOf(cause, level + 1));
  return lines;
}

/** What an error carries besides its message, its stack, its cause and other errors. */
function ownMembers(thrown: Error): string | undefined {
  const members = Object.entries(thrown).filter(([key]) => key !== "cause" && key !== "errors");
  return members.length === 0 ? undefined : inspect(Object.fromEntries(members), { depth: 2 });
}

/** What an error has to say, even of one whose members throw when they are read. */
function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch {
    return "(unreadable)";
  }
}

function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === "[object Error]";
}
