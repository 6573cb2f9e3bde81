import { inspect } from "node:util";
import { run } from "./shell";

/** What magics do, by what `magics.ts` writes in their place. */
export function offerMagics(variables: () => Iterable<[string, unknown]>): void {
  let started = 0;
  Object.assign(globalThis, {
    [Symbol.for("cofi.magics")]: {
      run,
      timeIt,
      who: () => console.log(who([...variables()])),
      cd(folder: string) {
        process.chdir(folder.replace(/^~(?=$|[\\/])/, process.env.HOME ?? "~") || (process.env.HOME ?? "."));
        console.log(process.cwd());
      },
      help: () => console.log(help),
      start() {
        started = performance.now();
      },
      stop: () => console.log(`Wall time: ${duration((performance.now() - started) / 1000)}`),
    },
  });
}

const help = [
  "!COMMAND       run a program in the shell, its output as it comes: !npm i lodash",
  "%time CODE     run a line and say how long it took; what it declares stays",
  "%timeit CODE   run a line many times: mean and standard deviation of 7 rounds",
  "%who           the variables of this notebook, with what they are",
  "%cd FOLDER     go to another folder",
  "%help          this list",
  'Each stands at the start of a line. A cell that starts with "use strict" has none: all of it is TypeScript.',
].join("\n");

const rounds = 7;

/** How long a round takes at least, in milliseconds: long against what the clock can tell. */
const round = 50;

/** Measures a function as Python's `timeit` does: rounds of as many runs as make a round long enough. */
async function timeIt(work: () => unknown): Promise<void> {
  let loops = 1;
  for (;;) {
    const time = await timeOf(work, loops);
    if (time >= round) break;
    loops = time < round / 100 ? loops * 10 : Math.ceil((loops * round * 1.2) / time);
  }
  const seconds: number[] = [];
  for (let k = 0; k < rounds; k++) seconds.push((await timeOf(work, loops)) / 1000 / loops);
  const mean = seconds.reduce((sum, one) => sum + one, 0) / rounds;
  const deviation = Math.sqrt(seconds.reduce((sum, one) => sum + (one - mean) ** 2, 0) / rounds);
  const times = loops === 1 ? "1 loop" : `${loops.toLocaleString("en")} loops`;
  console.log(
    `${duration(mean)} ± ${duration(deviation)} per loop (mean ± std. dev. of ${rounds} runs, ${times} each)`,
  );
}

async function timeOf(work: () => unknown, loops: number): Promise<number> {
  const start = performance.now();
  for (let k = 0; k < loops; k++) {
    const result = work();
    if (result instanceof Promise) await result;
  }
  return performance.now() - start;
}

/** Seconds in the unit that suits them. */
function duration(seconds: number): string {
  const [scale, unit] =
    seconds >= 1 ? [1, "s"] : seconds >= 1e-3 ? [1e3, "ms"] : seconds >= 1e-6 ? [1e6, "µs"] : [1e9, "ns"];
  return `${Number((seconds * scale).toPrecision(3))} ${unit}`;
}

/** Names, what each is, and its value as far as a line holds it. */
function who(variables: [string, unknown][]): string {
  if (variables.length === 0) return "There are no variables yet.";
  const rows = variables.map(([name, value]) => [name, kindOf(value), brief(value)]);
  const widths = [0, 1].map((k) => Math.max(...rows.map((row) => row[k].length)));
  return rows
    .map(([name, kind, text]) => `${name.padEnd(widths[0])}  ${kind.padEnd(widths[1])}  ${text}`)
    .join("\n");
}

/** What a value is: `number`, `Array(3)`, the name of its class. */
export function kindOf(value: unknown): string {
  if (value === null || (typeof value !== "object" && typeof value !== "function"))
    return value === null ? "null" : typeof value;
  if (typeof value === "function")
    return /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "function";
  const name = Object.getPrototypeOf(value)?.constructor?.name || "Object";
  const length =
    Array.isArray(value) || ArrayBuffer.isView(value) ? (value as ArrayLike<unknown>).length : undefined;
  return length === undefined ? name : `${name}(${length})`;
}

/** A value on one line, cut where it is long. */
export function brief(value: unknown, width = 60): string {
  let text: string;
  try {
    text = inspect(value, {
      depth: 1,
      breakLength: Number.POSITIVE_INFINITY,
      maxArrayLength: 10,
      maxStringLength: width,
    });
  } catch {
    return "(can't be shown)";
  }
  const line = text.replace(/\s+/g, " ");
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}
