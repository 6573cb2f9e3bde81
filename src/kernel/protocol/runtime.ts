import { type End, Evaluator } from "./evaluator";
import type { Message } from "./message";
import type { Outputs } from "./outputs";
import type { Stdin } from "./stdin";
import type { Answers, Call, Failure, FromEvaluator } from "./wire";

/** A cell whose output may still come. */
interface Origin {
  request: Message;
  count: number;
  silent: boolean;
}

/** The process that runs cells, a new one in its place when it ends, and where its output belongs. */
export class Runtime {
  private evaluator: Evaluator;
  private readonly origins = new Map<string, Origin>();
  private latest: string | undefined;
  private running: string | undefined;
  private stopped = false;

  constructor(
    private readonly outputs: Outputs,
    private readonly stdin: Stdin,
  ) {
    this.evaluator = this.start();
  }

  /** Asks something that needs the compiler; undefined where the process ended over it. */
  async ask<K extends "complete" | "inspect" | "isComplete">(
    call: Extract<Call, { do: K }>,
  ): Promise<Answers[K] | undefined> {
    const outcome = await this.evaluator.call<K>(call);
    return "answer" in outcome ? outcome.answer : undefined;
  }

  /** Runs a cell. */
  async execute(request: Message, call: Extract<Call, { do: "execute" }>): Promise<Answers["execute"]> {
    this.origins.set(call.cell, { request, count: call.count, silent: call.silent });
    this.latest = this.running = call.cell;
    const outcome = await this.evaluator.call<"execute">(call);
    this.running = undefined;
    return "answer" in outcome ? outcome.answer : { failure: endedFailure(outcome), userExpressions: {} };
  }

  /** Interrupts the running cell, if there is one. */
  interrupt(): void {
    if (this.running !== undefined) this.evaluator.interrupt(this.running);
  }

  stop(): void {
    this.stopped = true;
    this.evaluator.kill();
  }

  private start(): Evaluator {
    return new Evaluator({
      line: (line) => this.take(line),
      raw: (name, text) => {
        const origin = this.latest === undefined ? undefined : this.origins.get(this.latest);
        if (origin === undefined) process[name].write(text);
        else if (!origin.silent)
          this.outputs.put(origin.request.header, origin.count, { type: "stream", name, text });
      },
      ended: (end) => {
        if (this.stopped) return;
        console.error(`kernel: ${endedFailure(end).evalue}`);
        const origin = this.latest === undefined ? undefined : this.origins.get(this.latest);
        if (this.running === undefined && origin)
          this.outputs.put(origin.request.header, origin.count, { type: "error", ...endedFailure(end) });
        this.evaluator = this.start();
      },
    });
  }

  private take(line: Exclude<FromEvaluator, { id: number }>): void {
    const origin = this.origins.get(line.cell);
    if (origin === undefined) return;
    if ("ask" in line) this.stdin.ask(origin.request, line.ask, (value) => this.evaluator.input(value));
    else if (!origin.silent) this.outputs.put(origin.request.header, origin.count, line.output);
  }
}

function endedFailure({ code, signal }: End): Failure {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const evalue = `the process that runs the cells ended (${how}); all variables are lost, and a new process has taken its place`;
  return { ename: "ProcessEnded", evalue, traceback: [`\u001b[0;31mProcessEnded\u001b[0m: ${evalue}`] };
}
