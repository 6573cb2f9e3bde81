/** The console as Node has it: everything goes to `process.stdout` and `process.stderr`, as text. */
import { marked } from "./promises";
import { format, inspect } from "./util";

type Values = unknown[];

/** How far the groups that are open are moved in. */
let indent = "";
const counts = new Map<string, number>();
const times = new Map<string, number>();

function print(stream: "stdout" | "stderr", values: Values): void {
  const text = marked(() => format(...values));
  const moved = indent === "" ? text : `${indent}${text.replaceAll("\n", `\n${indent}`)}`;
  process[stream].write(`${moved}\n`);
}

const out = (...values: Values) => print("stdout", values);
const err = (...values: Values) => print("stderr", values);

function elapsed(label: string): string | undefined {
  const start = times.get(label);
  if (start === undefined) return undefined;
  const time = performance.now() - start;
  return time >= 1000 ? `${(time / 1000).toFixed(3)}s` : `${Number(time.toPrecision(4))}ms`;
}

const noLabel = (call: string, label: string) =>
  process.emitWarning(`No such label '${label}' for console.${call}()`);

export const nodeConsole = {
  ...{ log: out, info: out, debug: out, dirxml: out, error: err, warn: err },
  trace(...values: Values) {
    const error = { name: "Trace", message: format(...values), stack: "" };
    Error.captureStackTrace(error, nodeConsole.trace);
    err(error.stack);
  },
  dir: (value: unknown, options: object = {}) =>
    out(marked(() => inspect(value, { customInspect: false, ...options }))),
  assert(condition?: unknown, ...values: Values) {
    if (condition) return;
    const [first, ...rest] = values;
    if (typeof first === "string") err(`Assertion failed: ${first}`, ...rest);
    else err(values.length === 0 ? "Assertion failed" : "Assertion failed:", ...values);
  },
  group(...values: Values) {
    if (values.length > 0) out(...values);
    indent += "  ";
  },
  groupCollapsed: (...values: Values) => nodeConsole.group(...values),
  groupEnd() {
    indent = indent.slice(2);
  },
  count(label = "default") {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    out(`${label}: ${counts.get(label)}`);
  },
  countReset(label = "default") {
    counts.delete(label);
  },
  time(label = "default") {
    times.set(label, performance.now());
  },
  timeLog(label = "default", ...values: Values) {
    const time = elapsed(label);
    if (time === undefined) noLabel("timeLog", label);
    else out(`${label}: ${time}`, ...values);
  },
  timeEnd(label = "default") {
    const time = elapsed(label);
    if (time === undefined) return noLabel("timeEnd", label);
    out(`${label}: ${time}`);
    times.delete(label);
  },
  table(data: unknown, columns?: string[]) {
    if (typeof data !== "object" || data === null) return out(data);
    out(tableOf(data, columns));
  },
};

/** The rows of a list, or of an object of them, in boxes. */
function tableOf(data: object, columns?: string[]): string {
  const isLong = (value: unknown) => isRow(value) && !Array.isArray(value) && Object.keys(value).length > 2;
  const shown = (value: unknown) => inspect(value, { depth: isLong(value) ? -1 : 0, maxArrayLength: 3 });
  if (data instanceof Map) {
    const rows = [...data].map(([key, value], k) => [String(k), shown(key), shown(value)]);
    return boxed(["(iteration index)", "Key", "Values"], rows);
  }
  if (data instanceof Set) {
    const rows = [...data].map((value, k) => [String(k), shown(value)]);
    return boxed(["(iteration index)", "Values"], rows);
  }
  const entries = Object.entries(data);
  const names = columns ?? [
    ...new Set(entries.flatMap(([, value]) => (isRow(value) ? Object.keys(value) : []))),
  ];
  const hasValues = entries.some(([, value]) => !isRow(value));
  const head = ["(index)", ...names, ...(hasValues ? ["Values"] : [])];
  const rows = entries.map(([key, value]) => [
    String(key),
    ...names.map((name) => (isRow(value) && Object.hasOwn(value, name) ? shown(value[name]) : "")),
    ...(hasValues ? [isRow(value) ? "" : shown(value)] : []),
  ]);
  return boxed(head, rows);
}

const isRow = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function boxed(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, k) => Math.max(...[head, ...rows].map((row) => row[k].length)) + 2);
  const line = (left: string, middle: string, right: string) =>
    left + widths.map((width) => "─".repeat(width)).join(middle) + right;
  const row = (cells: readonly string[]) =>
    `│${cells.map((cell, k) => ` ${cell}`.padEnd(widths[k])).join("│")}│`;
  return [line("┌", "┬", "┐"), row(head), line("├", "┼", "┤"), ...rows.map(row), line("└", "┴", "┘")].join(
    "\n",
  );
}
