/**
 * The thread in which tests run, with a module of its own that no submission reaches. A submission's functions are
 * stand-ins here: a call stops this thread, the main thread puts it to the submission's process, and what comes back are
 * plain values.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { restoreUtil } from "../platform/nodeShim";
import { projectFolder } from "../platform/project";
import { answered } from "../exercises/check";
import { type ExamineOptions, examined, NotRight } from "../exercises/examine";
import type { Verdict } from "../exercises/grade";
import type { Task } from "../exercises/task";
import { pack, unpack } from "../kernel/protocol/packed";
import type { CompiledCell } from "./compile";
import type { FromTests, Reach, ReachedOrEnded, TestData, ToTests } from "./testRunner";

const { port, answer, surroundings, seed } = workerData as TestData;

/** The verdicts of the test that is running. */
let verdicts: Verdict[] = [];

function settle(verdict: Verdict): void {
  verdicts.push(verdict);
  if (!verdict.right) throw new NotRight(verdict);
}

let examinations = 0;

/** The checks as a test sees them: each keeps its verdict, and a wrong answer ends the test. */
const checks = {
  check: (exercise: string | Task, value: unknown) => settle(answered(exercise, value)),
  examine: (exercise: string | Task, value: unknown, options: ExamineOptions = {}) =>
    settle(examined(exercise, value, { seed: seed + examinations++, ...options })),
};

restoreUtil();
const requireOwn = createRequire(join(projectFolder, "package.json"));

/** A module as tests see it. */
function load(name: string): Record<string, unknown> {
  return name === "cofi" ? { ...requireOwn(name), ...checks } : requireOwn(name);
}

/** Asks the submission's process, and waits. */
function reach(question: Reach): ReachedOrEnded {
  port.postMessage(question);
  Atomics.wait(answer, 0, 0);
  Atomics.store(answer, 0, 0);
  return receiveMessageOnPort(port)?.message;
}

/** The error that the submission's code threw, or that its process ended with. */
class Failed extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** A variable of the submission: its value, or a stand-in for the function in it. */
function fromSubmission(name: string): unknown {
  const found = reach({ name });
  switch (found.kind) {
    case "missing":
      throw new Failed("NotDefined", `${name} is not defined: is its cell there, and did it run?`);
    case "function":
      return (...given: unknown[]) => call(name, given);
    case "value":
      return unpack(found.value);
    case "thrown":
      throw new Failed(found.name, `${name} can't be read: ${found.message}`);
    case "ended":
      throw new Failed(found.failure.ename, found.failure.evalue);
  }
}

function call(name: string, given: unknown[]): unknown {
  const result = reach({ name, arguments: given.map((value) => pack(value)) });
  switch (result.kind) {
    case "value": {
      for (const [k, after] of (result.changed ?? []).entries()) overwrite(given[k], unpack(after));
      const value = unpack(result.value);
      return result.promised ? Promise.resolve(value) : value;
    }
    case "thrown": {
      const error = new Failed(result.name, result.message);
      if (result.promised) return Promise.reject(error);
      throw error;
    }
    case "ended":
      throw new Failed(result.failure.ename, result.failure.evalue);
    default:
      throw new Failed("NotDefined", `${name} is no function any more`);
  }
}

/** Puts into an argument what the call has left in it. */
function overwrite(given: unknown, after: unknown): void {
  if (typeof given !== "object" || given === null || typeof after !== "object" || after === null) return;
  if (Array.isArray(given)) given.length = 0;
  else for (const name of Object.keys(given)) if (!(name in after)) Reflect.deleteProperty(given, name);
  Object.assign(given, after);
}

/** The names that the instructor's cells declare, once they have run. */
const ran = new Map<CompiledCell, Record<string, unknown>>();
const declaredBy = new Map(surroundings.locked.flatMap((cell) => cell.declares.map((name) => [name, cell])));

/** What a test finds besides its own names: what the instructor imported and declared, then the submission's. */
const scope = new Proxy(Object.create(null) as Record<string, unknown>, {
  has: (_, name) =>
    typeof name === "string" && !own.includes(name) && (isInstructors(name) || !(name in globalThis)),
  get(_, name) {
    if (typeof name === "symbol") return undefined;
    if (Object.hasOwn(checks, name)) return checks[name as keyof typeof checks];
    if (Object.hasOwn(surroundings.imports, name)) {
      const { from, name: imported } = surroundings.imports[name];
      const loaded = load(from);
      return imported === "*"
        ? loaded
        : imported === "default"
          ? (loaded.default ?? loaded)
          : loaded[imported];
    }
    const cell = declaredBy.get(name);
    if (cell === undefined) return fromSubmission(name);
    const values = ran.get(cell);
    if (values === undefined) throw new ReferenceError(`${name} is used before its cell has run`);
    return values[name];
  },
});

const isInstructors = (name: string): boolean =>
  Object.hasOwn(checks, name) || Object.hasOwn(surroundings.imports, name) || declaredBy.has(name);

/** What the compiler's code needs around it. */
const own = ["scope", "require", "exports"];

async function run(cell: CompiledCell): Promise<Record<string, unknown>> {
  const body = `with (scope) { return (async () => {\n${cell.code}\n})(); }`;
  const made = new Function(...own, body) as (...given: unknown[]) => Promise<Record<string, unknown>>;
  return made(scope, load, {});
}

/** The instructor's cells that a test uses, by the names in it: run once, those first that they use themselves. */
async function prepare({ names }: CompiledCell): Promise<void> {
  for (const [name, cell] of declaredBy) {
    if (ran.has(cell) || !names.has(name)) continue;
    ran.set(cell, {});
    await prepare(cell);
    ran.set(cell, await run(cell));
  }
}

parentPort?.on("message", async ({ test }: ToTests) => {
  verdicts = [];
  const say = (message: FromTests) => parentPort?.postMessage(message);
  try {
    await prepare(test);
    await run(test);
    say({ verdicts });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    say({ verdicts, failure: { name, message } });
  }
});
