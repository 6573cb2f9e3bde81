/** Judges a submission: runs its cells in a process of their own, and the tests of the source out of its reach. */
import { randomInt } from "node:crypto";
import { verdictHtml } from "../exercises/check";
import type { Failure } from "../kernel/protocol/wire";
import { type CompiledCell, compiled, type Surroundings, surroundingsOf } from "./compile";
import { type Limits, limitsOf } from "./limits";
import type { CellOutput, Notebook } from "./notebook";
import { missingTests, type Step, stepsOf } from "./steps";
import { failureOf, Submission } from "./submission";
import { type FromTests, TestRunner } from "./testRunner";

/** How a test of a submission went. */
export interface TestResult {
  /** nbgrader's name of its cell. */
  name: string;
  points: number;
  most: number;
  passed: boolean;
  /** What there is to say. */
  text: string;
  /** The name of the mistake, where the test does not pass: one of a check's, or the error's. */
  mistake?: string;
}

/** A submission, judged. */
export interface Judged {
  tests: TestResult[];
  /** The cells that failed, by their places, and how. */
  failures: { at: number; text: string }[];
  /** What each cell put out, by its place in the submission. */
  outputs: Record<number, CellOutput[]>;
  seconds: number;
  /** What the drawn cases were drawn by. */
  seed: number;
}

export interface JudgeOptions {
  /** @default what the source says */
  limits?: Partial<Limits>;
  /** Folders whose files the submission finds beside it, the later ones in the place of the earlier. @default none */
  files?: readonly string[];
  /** What drawn cases are drawn by. @default another one each time */
  seed?: number;
}

/** Judges one submission by its source. */
export async function judge(
  source: Notebook,
  submitted: Notebook,
  options: JudgeOptions = {},
): Promise<Judged> {
  const judgement = new Judgement(source, submitted, options);
  try {
    return await judgement.run();
  } finally {
    await judgement.close();
  }
}

/** How long a process may take until it runs cells, in seconds: a busy machine takes its time. */
const startSeconds = 60;

class Judgement {
  private started = Date.now();
  private readonly limits: Limits;
  private readonly seed: number;
  private readonly steps: Step[];
  private readonly outputs: Record<number, CellOutput[]> = {};
  private readonly tests: TestResult[] = [];
  private readonly failures: Judged["failures"] = [];
  private readonly runner: TestRunner;
  private process: Submission;
  /** The cells that ran to their end, which a new process runs again. */
  private readonly ran: Step[] = [];

  constructor(
    private readonly source: Notebook,
    private readonly submitted: Notebook,
    private readonly options: JudgeOptions,
  ) {
    this.limits = limitsOf({ ...source.limits, ...options.limits });
    this.seed = options.seed ?? randomInt(2 ** 31);
    this.steps = stepsOf(source, submitted);
    this.process = new Submission(this.limits, options.files);
    this.runner = new TestRunner(surroundingsCached(source), this.seed, ({ name, arguments: given }) =>
      this.process.reach(name, given),
    );
  }

  async run(): Promise<Judged> {
    await this.begin();
    for (const step of this.steps) {
      if (step.kind === "cell") await this.cell(step);
      else await this.test(step);
    }
    for (const { grading } of missingTests(this.source, this.submitted)) {
      if (grading === undefined) continue;
      const text = "The test is missing: its cell was deleted.";
      this.tests.push({
        ...{ name: grading.grade_id, points: 0, most: grading.points ?? 0, passed: false, text },
        mistake: "deleted the test",
      });
    }
    const order = new Map(this.source.cells.map(({ grading }, k) => [grading?.grade_id, k]));
    this.tests.sort((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0));
    const { tests, failures, outputs, seed } = this;
    return { tests, failures, outputs, seconds: (Date.now() - this.started) / 1000, seed };
  }

  async close(): Promise<void> {
    await Promise.all([this.process.close(), this.runner.close()]);
  }

  /** The seconds that a cell may take: its own, or what is left of the notebook's. */
  private get seconds(): number {
    const { cellSeconds, seconds } = this.limits;
    return Math.min(cellSeconds, seconds - (Date.now() - this.started) / 1000);
  }

  private async cell(step: Step): Promise<void> {
    const failure = await this.executed(step);
    if (failure === undefined) {
      this.ran.push(step);
      return;
    }
    this.failures.push({ at: step.at, text: `${failure.ename}: ${failure.evalue}` });
    this.outputs[step.at] = [...this.outputs[step.at], errorOutput(failure)];
  }

  /** Runs a cell in a process that has run all that ran before it. */
  private async executed(step: Step): Promise<Failure | undefined> {
    this.outputs[step.at] = [];
    if (this.seconds <= 0) return this.over();
    await this.revive();
    const id = `cell ${step.at}`;
    const { failure } = await this.process.execute(id, step.source, this.seconds);
    this.outputs[step.at] = this.process.outputsOf(id);
    return failure;
  }

  /**
   * Waits until the process can run cells, which is not of the submission's time.
   *
   * @throws Error with what it said where it can't.
   */
  private async begin(): Promise<void> {
    const from = Date.now();
    const { failure } = await this.process.execute("start", "0", startSeconds);
    this.started += Date.now() - from;
    if (failure === undefined) return;
    const said = this.process.outputsOf("start").map((output) => ("text" in output ? output.text : ""));
    throw new Error(`no process could be started for it: ${said.join("").trim() || failure.evalue}`);
  }

  /** Where the process has ended, starts another, and runs again in it what ran in that one. */
  private async revive(): Promise<void> {
    while (this.process.hasEnded && this.seconds > 0) {
      await this.process.close();
      this.process = new Submission(this.limits, this.options.files);
      await this.begin();
      for (const [k, step] of this.ran.entries()) {
        await this.process.execute(`again ${step.at}`, step.source, Math.max(this.seconds, 1));
        if (!this.process.hasEnded) continue;
        // It ran before, and ends the process now: it is left out from now on.
        this.ran.splice(k, 1);
        break;
      }
    }
  }

  private async test(step: Step): Promise<void> {
    const { at, source, name = "", points: most = 0 } = step;
    const { verdicts, failure } = await this.tested(source);
    this.outputs[at] = verdicts.filter(({ right }) => right).map(verdictOutput);
    const wrong = verdicts.find(({ right }) => !right);
    if (failure === undefined) {
      const text = verdicts.map(({ text }) => text).join("\n");
      this.tests.push({ name, points: most, most, passed: true, text });
      return;
    }
    const text = wrong?.text ?? `${failure.name}: ${failure.message}`;
    const mistake = wrong ? (wrong.mistake ?? "another result") : failure.name;
    this.outputs[at].push(
      errorOutput({ ename: mistake, evalue: text.split("\n")[0], traceback: text.split("\n") }),
    );
    this.tests.push({ name, points: 0, most, passed: false, text, mistake });
  }

  private async tested(source: string): Promise<FromTests> {
    let test: CompiledCell;
    try {
      test = compiledCached(source);
    } catch (error) {
      return { verdicts: [], failure: error as Error };
    }
    await this.revive();
    const { seconds } = this;
    if (seconds <= 0) return failed(this.over());
    const timer = this.process.within(seconds);
    const result = await this.runner.run(test, seconds + 10);
    clearTimeout(timer);
    // That the process ended says more than what the test made of it.
    return this.process.failure ? failed(this.process.failure) : result;
  }

  private over(): Failure {
    return failureOf("OutOfTime", `the notebook's ${this.limits.seconds} s were over before this cell`);
  }
}

const failed = ({ ename, evalue }: Failure): FromTests => ({
  verdicts: [],
  failure: { name: ename, message: evalue },
});

const errorOutput = ({ ename, evalue, traceback }: Failure): CellOutput => ({
  output_type: "error",
  ...{ ename, evalue, traceback },
});

function verdictOutput({ text }: { text: string }): CellOutput {
  const data = { "text/html": verdictHtml({ right: true, text }), "text/plain": text };
  return { output_type: "display_data", data, metadata: {} };
}

const known = new Map<string, CompiledCell>();

function compiledCached(source: string): CompiledCell {
  let cell = known.get(source);
  if (cell === undefined) known.set(source, (cell = compiled(source)));
  return cell;
}

const knownSources = new WeakMap<Notebook, Surroundings>();

function surroundingsCached(source: Notebook): Surroundings {
  let found = knownSources.get(source);
  if (found === undefined) knownSources.set(source, (found = surroundingsOf(source)));
  return found;
}
