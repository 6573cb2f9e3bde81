import { type End, Evaluator, type OutputLine } from "./evaluator";
import type { Content, Message } from "./message";
import { OpenComms } from "./openComms";
import type { Outputs } from "./outputs";
import type { Stdin } from "./stdin";
import type { Answers, Call, CommCall, DebugEvent, Failure } from "./wire";

/** A cell whose output may still come. */
interface Origin {
  request: Message;
  count: number;
  silent: boolean;
}

/** How many messages of comms may still put something out after they were handled. */
const keptMessages = 100;

/** In the place of a cell's id: an interrupt while none runs. */
const nothing = "";

/** The process that runs cells, a new one in its place when it ends, and where its output belongs. */
export class Runtime {
  readonly comms = new OpenComms();
  private evaluator: Evaluator;
  private readonly origins = new Map<string, Origin>();
  private latest: string | undefined;
  private running: string | undefined;
  private stopped = false;
  /** Messages of comms that are being handled, and those that were: late output finds its parent by them. */
  private readonly messages = new Set<string>();
  private readonly handled: string[] = [];
  /** Whether the front end debugs, whether a cell stands still for it, and the lines at which cells stop, by path. */
  readonly debugging = { isOn: false, isStopped: false, breakpoints: new Map<string, number[]>() };
  private debugEvents = 0;

  constructor(
    private readonly outputs: Outputs,
    private readonly stdin: Stdin,
  ) {
    this.evaluator = this.start();
  }

  /** Asks something that needs the compiler or the variables; undefined where the process ended over it. */
  async ask<K extends "complete" | "inspect" | "isComplete" | "debug">(
    call: Extract<Call, { do: K }>,
  ): Promise<Answers[K] | undefined> {
    const outcome = await this.evaluator.call<K>(call);
    return "answer" in outcome ? outcome.answer : undefined;
  }

  /**
   * Asks the debugger.
   *
   * @throws Error with the reason where it can't do that.
   */
  debug(command: string, given: Content): Promise<Content> {
    return this.evaluator.debug(command, given);
  }

  /** From now on cells stop at their breakpoints. */
  async attach(): Promise<void> {
    const { debugging, evaluator } = this;
    debugging.isOn = true;
    await evaluator.debug("attach", {});
    // Not waited for: a cell may hold the process. It is heard before what is run next.
    void evaluator.call<"debug">({ do: "debug", command: "attach" });
    for (const [path, lines] of debugging.breakpoints)
      await evaluator.debug("setBreakpoints", { path, lines });
  }

  async detach(): Promise<void> {
    this.debugging.isOn = false;
    this.debugging.breakpoints.clear();
    await this.evaluator.debug("disconnect", {});
    void this.evaluator.call<"debug">({ do: "debug", command: "disconnect" });
  }

  /** Runs a cell. */
  async execute(request: Message, call: Extract<Call, { do: "execute" }>): Promise<Answers["execute"]> {
    this.origins.set(call.cell, { request, count: call.count, silent: call.silent });
    this.latest = this.running = call.cell;
    const outcome = await this.evaluator.call<"execute">(call);
    this.running = undefined;
    this.stdin.drop(request);
    return "answer" in outcome ? outcome.answer : { failure: endedFailure(outcome), userExpressions: {} };
  }

  /** Hands on a message of a comm; false where nobody takes the line that it opens. */
  async comm(request: Message, call: CommCall): Promise<boolean> {
    this.origins.set(call.cell, { request: { ...request, buffers: [] }, count: 0, silent: false });
    this.messages.add(call.cell);
    this.comms.note(call.content);
    const outcome = await this.evaluator.call<"comm">(call);
    this.messages.delete(call.cell);
    this.handled.push(call.cell);
    for (const old of this.handled.splice(0, this.handled.length - keptMessages)) this.origins.delete(old);
    const taken = "answer" in outcome && outcome.answer;
    if (!taken) this.comms.note({ ...call.content, type: "comm_close" });
    return taken;
  }

  /** Interrupts what runs: a cell, what is made of messages of comms, and what goes on after these are handled. */
  interrupt(): void {
    const ids = this.running === undefined ? [...this.messages] : [this.running, ...this.messages];
    for (const id of ids.length > 0 ? ids : [nothing]) this.evaluator.interrupt(id);
  }

  stop(): void {
    this.stopped = true;
    this.evaluator.kill();
  }

  private start(): Evaluator {
    return new Evaluator({
      line: (line) => this.take(line),
      raw: (name, text) => {
        if (text === "") return;
        const origin = this.latest === undefined ? undefined : this.origins.get(this.latest);
        if (origin === undefined) process[name].write(text);
        else if (!origin.silent)
          this.outputs.put(origin.request.header, origin.count, { type: "stream", name, text });
      },
      debug: (event) => this.tellDebugger(event),
      ended: (end) => {
        if (this.stopped) return;
        if (this.debugging.isStopped) this.tellDebugger({ event: "continued", body: { threadId: 1 } });
        console.error(`kernel: ${endedFailure(end).evalue}`);
        const origin = this.latest === undefined ? undefined : this.origins.get(this.latest);
        if (this.running === undefined && origin)
          this.outputs.put(origin.request.header, origin.count, { type: "error", ...endedFailure(end) });
        for (const comm_id of this.comms.clear())
          this.outputs.publish(origin?.request.header, "comm_close", { comm_id, data: {} });
        this.evaluator = this.start();
        if (this.debugging.isOn)
          this.attach().catch((error) => console.error("kernel: could not attach:", error.message));
      },
    });
  }

  private tellDebugger({ event, body }: DebugEvent): void {
    this.debugging.isStopped = event === "stopped";
    const origin = this.running === undefined ? undefined : this.origins.get(this.running);
    this.outputs.publish(origin?.request.header, "debug_event", {
      ...{ seq: ++this.debugEvents, type: "event", event, body },
    });
  }

  private take(line: OutputLine): void {
    const origin = this.origins.get(line.cell);
    if (origin === undefined) return;
    if ("ask" in line)
      this.stdin.ask(origin.request, line.ask, (input) => this.evaluator.tell({ input, ask: line.ask.id }));
    else if ("comm" in line) {
      this.comms.note(line.comm.content);
      this.outputs.comm(origin.request.header, line.comm);
    } else if (!origin.silent) this.outputs.put(origin.request.header, origin.count, line.output);
  }
}

function endedFailure({ how }: End): Failure {
  const evalue = `the process that runs the cells ended (${how}); all variables are lost, and a new process has taken its place`;
  return { ename: "ProcessEnded", evalue, traceback: [`\u001b[0;31mProcessEnded\u001b[0m: ${evalue}`] };
}
