/** The process of a submission: its cells run there, and its functions are called there, within bounds. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type End, Evaluator, type OutputLine } from "../kernel/protocol/evaluator";
import type { Packed } from "../kernel/protocol/packed";
import { descendants } from "../kernel/protocol/processTree";
import type { Failure, Output, Reached } from "../kernel/protocol/wire";
import type { Limits } from "./limits";
import type { CellOutput } from "./notebook";
import { surroundings, throughWalls, walls } from "./sandbox";

/** How often the process's memory is looked at, in milliseconds. */
const glance = 150;

/** The longest message that is taken from the process, and all that is, in characters. */
const longest = 5e7;
const most = 2e8;

/** A process that runs a submission's cells, until it ends or is ended. */
export class Submission {
  private readonly place = mkdtempSync(join(tmpdir(), "cofi-grading-"));
  private readonly evaluator: Evaluator;
  private readonly outputs = new Map<string, { kept: CellOutput[]; bytes: number }>();
  private readonly watch: NodeJS.Timeout;
  private latest = "";
  private count = 0;
  private bytes = 0;
  /** Why the process was ended, or ended by itself. */
  private reason: Failure | undefined;
  private readonly gone: Promise<void>;

  /** @param files Folders whose files the cells find beside them. @default none */
  constructor(
    private readonly limits: Limits,
    files: readonly string[] = [],
  ) {
    const around = walls(this.place);
    let ended = () => {};
    this.gone = new Promise((resolve) => {
      ended = resolve;
    });
    this.evaluator = new Evaluator(
      {
        line: (line) => this.take(line),
        raw: (name, text) => this.put(this.latest, { type: "stream", name, text }),
        debug: () => {},
        received: (bytes) => this.receive(bytes),
        ended: (end) => {
          this.reason ??= byItself(end);
          ended();
        },
      },
      {
        ...(around.are && { through: throughWalls({ as: around.as, place: this.place, files, limits }) }),
        cwd: around.are ? this.place : besides(this.place, files),
        env: surroundings(around, limits),
        longest,
      },
    );
    this.watch = setInterval(() => this.look(), glance);
  }

  /** Whether it can run no more. */
  get hasEnded(): boolean {
    return this.reason !== undefined;
  }

  /** Why it ended, once it has. */
  get failure(): Failure | undefined {
    return this.reason;
  }

  /** Runs a cell: what it put out, and how it failed where it did. */
  async execute(id: string, code: string, seconds: number): Promise<{ failure?: Failure }> {
    this.latest = id;
    this.outputs.set(id, { kept: [], bytes: 0 });
    const timer = this.within(seconds);
    const count = ++this.count;
    const outcome = await this.evaluator.call<"execute">({
      ...{ do: "execute", cell: id, count, code, silent: false, allowInput: false, userExpressions: {} },
    });
    clearTimeout(timer);
    if (!("answer" in outcome)) return { failure: this.reason ?? byItself(outcome) };
    const { failure } = outcome.answer ?? {};
    return failure ? { failure: plainFailure(failure) } : {};
  }

  /** Reads a variable that its cells declared, or calls the function in it. */
  async reach(name: string, parameters?: Packed[]): Promise<Reached | { kind: "ended"; failure: Failure }> {
    const call = { do: "reach", cell: "test", name, ...(parameters && { arguments: parameters }) } as const;
    this.latest = call.cell;
    const outcome = await this.evaluator.call<"reach">(call);
    return "answer" in outcome
      ? outcome.answer
      : { kind: "ended", failure: this.reason ?? byItself(outcome) };
  }

  /** Ends it when these seconds are over, unless the timer is cleared. */
  within(seconds: number): NodeJS.Timeout {
    return setTimeout(
      () => this.stop("OutOfTime", `it ran for longer than ${round(seconds)} s`),
      1000 * seconds,
    );
  }

  /** What a cell has put out so far. */
  outputsOf(id: string): CellOutput[] {
    return this.outputs.get(id)?.kept ?? [];
  }

  /** Ends the process with all that it started; resolves when it is gone. */
  async close(): Promise<void> {
    clearInterval(this.watch);
    this.evaluator.kill();
    await this.gone;
    rmSync(this.place, { recursive: true, force: true });
  }

  private stop(ename: string, evalue: string): void {
    this.reason ??= failureOf(ename, evalue);
    this.evaluator.kill();
  }

  private take(line: OutputLine): void {
    try {
      if ("output" in line) this.put(String(line.cell), line.output);
      else if ("ask" in line) this.stop("NoInput", "it asked for input, and nobody is there to answer");
    } catch {
      this.stop("ProcessEnded", "it wrote into the grader's pipes");
    }
  }

  private receive(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > most) this.stop("TooMuchOutput", `it sent more than ${most / 1e6} MB`);
  }

  private put(id: string, output: Output): void {
    const own = this.outputs.get(id) ?? { kept: [], bytes: 0 };
    this.outputs.set(id, own);
    own.bytes += JSON.stringify(output).length;
    if (own.bytes > this.limits.output * 1e6) {
      this.stop("TooMuchOutput", `it printed more than ${this.limits.output} MB`);
      return;
    }
    if (output.type === "clear") own.kept = [];
    else keep(own.kept, output, this.count);
  }

  /** Ends it where it has more memory or more processes than it may. */
  private look(): void {
    const { pid } = this.evaluator;
    if (pid === undefined || process.platform !== "linux" || this.hasEnded) return;
    const all = [pid, ...descendants(pid)];
    const bytes = all.reduce((sum, one) => sum + memoryOf(one), 0);
    if (bytes > this.limits.memory * 2 ** 20)
      this.stop("OutOfMemory", `it needed more than ${this.limits.memory} MB of memory`);
    else if (all.length > this.limits.processes)
      this.stop("TooManyProcesses", `it started more than ${this.limits.processes} processes`);
  }
}

/** A folder with the files, where there are no walls that bring them in. */
function besides(place: string, folders: readonly string[]): string {
  for (const folder of folders)
    cpSync(folder, place, { recursive: true, filter: (file) => !file.endsWith(".ipynb") });
  return place;
}

const round = (seconds: number) => Number(seconds.toPrecision(2));

const pageSize = 4096;

/** The memory of a process that is in no other's, in bytes. */
function memoryOf(pid: number): number {
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ").map(Number);
    return (resident - shared) * pageSize;
  } catch {
    return 0; // it has just ended
  }
}

export function failureOf(ename: string, evalue: string): Failure {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

/** What Node ends with where it can't go on. */
const crashes = ["SIGABRT", "SIGSEGV", "SIGTRAP", "SIGILL", "SIGBUS"];

function byItself({ how }: End): Failure {
  const signal = crashes.find((name) => how === `signal ${name}`);
  if (signal !== undefined)
    return failureOf("Crashed", `its process crashed (${signal}), as it does where memory runs out`);
  return failureOf("ProcessEnded", `it ended the process that it ran in (${how})`);
}

/** A failure as the process tells it, which may tell anything. */
function plainFailure({ ename, evalue, traceback }: Failure): Failure {
  const lines = Array.isArray(traceback) ? traceback.map(String) : [];
  return { ename: String(ename), evalue: String(evalue), traceback: lines };
}

/** Adds an output as a notebook keeps it: what is no proper output is left out. */
function keep(kept: CellOutput[], output: Output, execution_count: number): void {
  const last = kept.at(-1);
  switch (output.type) {
    case "stream": {
      const name = output.name === "stderr" ? "stderr" : "stdout";
      const text = String(output.text);
      if (last?.output_type === "stream" && last.name === name) last.text += text;
      else kept.push({ output_type: "stream", name, text });
      return;
    }
    case "display":
      kept.push({ output_type: "display_data", ...bundle(output.content) });
      return;
    case "result":
      kept.push({ output_type: "execute_result", ...bundle(output), execution_count });
      return;
    case "error":
      kept.push({ output_type: "error", ...plainFailure(output) });
  }
}

function bundle(content: unknown): { data: Record<string, unknown>; metadata: Record<string, unknown> } {
  const { data = {} } = (content ?? {}) as { data?: object };
  const proper = Object.entries(data ?? {}).filter(
    ([type, value]) => /^[\w.+-]+\/[\w.+-]+$/.test(type) && (typeof value === "string" || /json$/.test(type)),
  );
  return { data: Object.fromEntries(proper), metadata: {} };
}
