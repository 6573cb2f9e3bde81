import type { Content } from "../protocol/message";
import type { Answers, Bundle, Call, DebugCall, Failure } from "../protocol/wire";
import { Checker } from "./check/checker";
import { checkFailure } from "./check/diagnostics";
import { failureOf, rememberCell, rememberedCells } from "./errors/failure";
import { completeness, inspection } from "./help/assist";
import { completion } from "./help/completion";
import { offerMagics } from "./help/magicCommands";
import { expandMagics, hideMagics, type Reading } from "./help/magics";
import { VariablesView } from "./help/variables";
import { Loader } from "./modules/loader";
import { forgetChanged } from "./modules/reload";
import { setDisplay } from "./modules/tslab";
import { Comms } from "./output/comms";
import { display, put } from "./output/output";
import { keepResult } from "./output/results";
import { reach } from "./reach";
import { Cell } from "./run/cell";
import { Debugging } from "./run/debugging";
import { Interrupts } from "./run/interrupts";
import { Runner } from "./runner";

/** All that cells of one kernel share: their declarations and their variables. */
export class Session {
  private readonly checker = new Checker();
  private readonly loader = new Loader(this.checker.program);
  private readonly runner = new Runner(this.loader);
  private readonly comms = new Comms();
  private readonly view = new VariablesView(() => this.checker.scope.values());
  private readonly interrupts = new Interrupts((cell) => {
    this.runner.interrupt(cell);
    this.comms.interrupt(cell);
  });
  private readonly debugging = new Debugging(this.interrupts.thread);
  private runs = 0;
  private busy = false;

  constructor() {
    setDisplay(display);
    offerMagics(() => this.checker.scope.values());
    this.runner.reportLate = (cell, thrown) => put(cell.id, { type: "error", ...failureOf(thrown) });
  }

  /** Gets ready for what is most likely to come, in the time that nothing else needs. */
  async warmUp(): Promise<void> {
    const steps = this.checker.warmUp();
    while (!this.interrupts.protect(() => steps.next()).done)
      do await new Promise((resume) => setTimeout(resume, 0));
      while (this.busy);
  }

  async answer(call: Call): Promise<Answers[Call["do"]]> {
    this.busy = true;
    try {
      if (call.do === "comm") return await this.comms.take(call);
      if (call.do === "debug") return await this.debug(call);
      if (call.do === "reach") return await reach(this.checker.scope, call);
      return call.do === "execute" ? await this.execute(call) : this.assist(call);
    } catch (error) {
      // A fault of the kernel's own must not keep the cells after this one from running.
      const failure = failureOf(error);
      console.error(`kernel: ${call.do} failed: ${failure.traceback.join("\n")}`);
      if (call.do === "reach") return { kind: "thrown", name: failure.ename, message: failure.evalue };
      return call.do === "execute" ? { failure, userExpressions: {} } : {};
    } finally {
      this.busy = false;
    }
  }

  private async debug(call: DebugCall): Promise<Content> {
    if (call.command !== "attach" && call.command !== "disconnect") return this.view.answer(call);
    if (call.command === "attach") this.debugging.start(rememberedCells());
    else this.debugging.stop();
    return {};
  }

  private assist(call: Exclude<Call, { do: "execute" | "comm" | "debug" | "reach" }>): Content {
    return this.interrupts.protect(() => {
      const code = hideMagics(call.code, this.reading());
      if (call.do === "complete") return completion(this.checker, { ...call, code });
      if (call.do === "inspect") return inspection(this.checker, { ...call, code });
      return completeness(code);
    });
  }

  /** What tells magics from TypeScript. */
  private reading(): Reading {
    const names = new Set([...this.checker.scope.entries()].map(([name]) => name));
    return {
      isComplete: (code) => completeness(code).status === "complete",
      isVariable: (name) => names.has(name) || name in globalThis,
    };
  }

  private async execute(call: Extract<Call, { do: "execute" }>): Promise<Answers["execute"]> {
    const cell = new Cell(call.cell, `In [${call.count}]`, call.allowInput);
    const outcome = await this.run(cell, call.code);
    if ("failure" in outcome) return { failure: outcome.failure, userExpressions: {} };
    let plainResult: string | undefined;
    if (outcome.bundle) {
      put(cell.id, { type: "result", ...outcome.bundle });
      keepResult(call.count, this.runner.result);
      plainResult = String(outcome.bundle.data["text/plain"]);
    }
    const userExpressions: Content = {};
    for (const [name, expression] of Object.entries(call.userExpressions))
      userExpressions[name] = await this.evaluate(call, expression);
    cell.finished = true;
    return { userExpressions, ...(plainResult !== undefined && { plainResult }) };
  }

  /** An expression of the request's `user_expressions`, shown or failed. */
  private async evaluate(call: Extract<Call, { do: "execute" }>, expression: string): Promise<Content> {
    const outcome = await this.run(new Cell(call.cell, "user expression", false), `(${expression})`);
    if ("failure" in outcome) return { status: "error", ...outcome.failure };
    return { status: "ok", ...(outcome.bundle ?? { data: {}, metadata: {} }) };
  }

  private async run(
    cell: Cell,
    code: string,
  ): Promise<{ failure: Failure } | { bundle: Bundle | undefined }> {
    this.runner.begin(cell);
    const checked = this.interrupts.protect(() => {
      this.loader.forget(forgetChanged());
      return this.checker.check(expandMagics(code, this.reading()));
    });
    if (!("code" in checked)) return { failure: checkFailure(checked, { label: cell.label, code }) };
    for (const text of checked.notes) put(cell.id, { type: "stream", name: "stderr", text });
    const file = `cell:${++this.runs}`;
    rememberCell(file, { label: cell.label, code, map: checked.map });
    await this.debugging.add({ file, label: cell.label, code, map: checked.map });
    const end = await this.runner.run(cell, { ...checked, file });
    this.checker.keep(checked, this.runner.slots, "thrown" in end);
    return "thrown" in end ? { failure: failureOf(end.thrown) } : { bundle: end.bundle };
  }
}
