import type { Debugger as Paused, Runtime, Session } from "node:inspector";
import type { Content } from "../../protocol/message";
import type { DebugEvent } from "../../protocol/wire";
import { type Places, sourceAt } from "./sourceAt";

/** A run of a cell as the debugger knows it. */
export interface DebuggedCell {
  /** What its code is called where it runs. */
  file: string;
  /** What the front end calls it. */
  path: string;
  label: string;
  places: Places;
}

/** References to members are counted from here; those below are of the panel of variables. */
export const firstReference = 1_000_000;

/** The most members of a value that are told. */
const most = 200;

/** The kernel's own names in a compiled cell, and those that every cell finds. */
const hidden = /^(?:ꞏ|this|require|module|exports|__filename|__dirname|arguments)$/;
const ofSlot = /^ꞏ(.+)$/;

/** How many of the inspector's steps may be one step: in a loop on a single line there is no end to them. */
const mostSteps = 50;

/** After how many milliseconds a question to the cells' thread that has no answer is followed by another. */
const firstNudge = 20;

/** The cells' one thread, as the debug adapter protocol has it. */
const threadId = 1;

/**
 * Breakpoints, steps and what is to be seen at a stop, in the words of the debug adapter protocol. It lives in a thread
 * beside the one that runs cells, which stands still at a stop, and speaks to it through Node's inspector.
 */
export class Debugger {
  private readonly cells = new Map<string, DebuggedCell>();
  /** The files of cells by the ids of their scripts: calls are told by these alone. */
  private readonly scripts = new Map<string, string>();
  private readonly wanted = new Map<string, number[]>();
  private readonly placed = new Map<string, string[]>();
  private frames: Paused.CallFrame[] = [];
  /** What members can be asked for: the inspector's ids, by place from `firstReference`; of scopes or of a value. */
  private references: { ids: string[]; isScope: boolean }[] = [];
  private isOn = false;
  /** The step that is being made: how, from which line, and how many of the inspector's steps it has taken. */
  private step: { how: string; from: string; taken: number } | undefined;

  constructor(
    private readonly inspector: Session,
    private readonly tell: (event: DebugEvent) => void,
  ) {
    inspector.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
      if (url.startsWith("cell:")) this.scripts.set(scriptId, url);
    });
    inspector.on("Debugger.paused", ({ params }) => this.paused(params));
    inspector.on("Debugger.resumed", () => this.resumed());
  }

  /** Takes a run of a cell, before it begins: from now on it stops where it is told to. */
  async add(cell: DebuggedCell): Promise<void> {
    this.cells.set(cell.file, cell);
    this.step = undefined;
    if (!this.isOn) return;
    await this.post("Debugger.setSkipAllPauses", { skip: false });
    await this.place(cell);
  }

  /** Goes on from a stop, and stops no more until another cell runs: the one that runs is interrupted. */
  release(): void {
    if (!this.isOn) return;
    void this.post("Debugger.setSkipAllPauses", { skip: true });
    if (this.frames.length > 0) void this.post("Debugger.resume");
  }

  /** @throws Error where the command is not known, or is about what is no more. */
  async answer(command: string, given: Content): Promise<Content> {
    const own = this.commands[command];
    if (own === undefined) throw new Error(`${command} is not supported`);
    return own(given);
  }

  private readonly commands: Record<string, (given: Content) => Content | Promise<Content>> = {
    attach: async () => {
      this.isOn = true;
      await this.post("Debugger.enable");
      await this.post("Debugger.setBlackboxPatterns", { patterns: ["^(?!cell:)"] }); // steps stay in cells
      return {};
    },
    disconnect: async () => {
      this.isOn = false;
      this.wanted.clear();
      this.placed.clear();
      await this.post("Debugger.disable");
      this.resumed();
      return {};
    },
    setBreakpoints: ({ path, lines }) => this.setBreakpoints(String(path), lines as number[]),
    continue: () => this.go("Debugger.resume"),
    next: () => this.go("Debugger.stepOver"),
    stepIn: () => this.go("Debugger.stepInto"),
    stepOut: () => this.go("Debugger.stepOut"),
    stackTrace: () => ({ stackFrames: this.frames.map((frame, id) => this.toldFrame(frame, id)) }),
    scopes: ({ frameId }) => this.scopes(this.frameOf(frameId)),
    variables: ({ variablesReference }) => this.variables(Number(variablesReference)),
    evaluate: ({ expression, frameId }) => this.evaluate(String(expression), this.frameOf(frameId)),
  };

  private frameOf(id: unknown): Paused.CallFrame {
    const frame = this.frames[Number(id ?? 0)];
    if (frame === undefined) throw new Error(`frame ${id} is not one of the stop's ${this.frames.length}`);
    return frame;
  }

  private async setBreakpoints(path: string, lines: number[]): Promise<Content> {
    this.wanted.set(path, lines);
    for (const breakpointId of this.placed.get(path) ?? [])
      await this.post("Debugger.removeBreakpoint", { breakpointId });
    this.placed.delete(path);
    for (const cell of this.cells.values()) if (cell.path === path) await this.place(cell);
    return {};
  }

  private async place({ file, path, places }: DebuggedCell): Promise<void> {
    for (const wanted of this.wanted.get(path) ?? []) {
      const found = placeOfLine(places, wanted - 1);
      if (found === undefined) continue;
      const [lineNumber, columnNumber] = found;
      const { breakpointId } = await this.post<Paused.SetBreakpointByUrlReturnType>(
        "Debugger.setBreakpointByUrl",
        { url: file, lineNumber, columnNumber },
      );
      this.placed.set(path, [...(this.placed.get(path) ?? []), breakpointId]);
    }
  }

  private paused({ callFrames, hitBreakpoints }: Paused.PausedEventDataType): void {
    const frames = callFrames.filter((frame) => this.cellOf(frame) && !isGlue(frame));
    const atBreakpoint = (hitBreakpoints ?? []).length > 0;
    const { step } = this;
    // The inspector's steps are parts of lines; and before a function of another cell comes what reads its name.
    if (step && !atBreakpoint && frames.length > 0 && step.taken++ < mostSteps)
      if (this.lineOf(frames) === step.from || isGlue(callFrames[0])) return void this.post(step.how);
    this.frames = frames;
    if (frames.length === 0) return void this.post("Debugger.resume");
    const reason = step && !atBreakpoint ? "step" : "breakpoint";
    const body = { reason, threadId, allThreadsStopped: true };
    this.tell({ event: "stopped", body });
  }

  private resumed(): void {
    this.references = [];
    if (this.frames.length === 0) return;
    this.frames = [];
    this.tell({ event: "continued", body: { threadId, allThreadsContinued: true } });
  }

  private async go(how: string): Promise<Content> {
    if (this.frames.length === 0) throw new Error("no cell is stopped");
    const isStep = how !== "Debugger.resume";
    this.step = isStep ? { how, from: this.lineOf(this.frames), taken: 0 } : undefined;
    await this.post(how);
    return { allThreadsContinued: true };
  }

  /** The line of the source where calls stand, and how deep they are. */
  private lineOf(frames: Paused.CallFrame[]): string {
    const [{ location }] = frames;
    const { file, places } = this.cellOf(frames[0]) as DebuggedCell;
    const [line] = sourceAt(places, location.lineNumber, location.columnNumber ?? 0) ?? [0];
    return `${frames.length} ${file} ${line}`;
  }

  private cellOf({ location }: Paused.CallFrame): DebuggedCell | undefined {
    return this.cells.get(this.scripts.get(location.scriptId) ?? "");
  }

  private toldFrame(frame: Paused.CallFrame, id: number): Content {
    const { functionName, location } = frame;
    const { path, label, places } = this.cellOf(frame) as DebuggedCell;
    const [line, column] = sourceAt(places, location.lineNumber, location.columnNumber ?? 0) ?? [0, 0];
    return {
      id,
      name: functionName || label,
      source: { name: label, path },
      line: line + 1,
      column: column + 1,
    };
  }

  private async scopes({ scopeChain }: Paused.CallFrame): Promise<Content> {
    const scopes: Content[] = [];
    for (const [name, isMeant] of scopeNames) {
      const ids = scopeChain.flatMap(({ type, object }) => (isMeant(type) && object.objectId) || []);
      const variablesReference = this.reference(ids, true);
      const { variables } = await this.variables(variablesReference);
      if ((variables as Content[]).length > 0) scopes.push({ name, variablesReference, expensive: false });
    }
    return { scopes };
  }

  private async variables(reference: number): Promise<Content> {
    const known = this.references[reference - firstReference];
    if (known === undefined) throw new Error(`${reference} refers to nothing at this stop`);
    const variables = new Map<string, Content>(); // the innermost of a name is the one that is meant
    for (const objectId of known.ids) {
      const { result } = await this.post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
        ...{ objectId, ownProperties: true, generatePreview: true },
      });
      for (const { name, value, get, enumerable } of result) {
        if (variables.size === most) break;
        const earlier = known.isScope ? ofSlot.exec(name)?.[1] : undefined;
        if (variables.has(earlier ?? name)) continue;
        if (earlier !== undefined && value?.objectId)
          variables.set(earlier, this.told(earlier, await this.inSlot(value)));
        else if (known.isScope ? !hidden.test(name) : enumerable) {
          if (value) variables.set(name, this.told(name, value));
          else if (get) variables.set(name, this.told(name, { type: "function", description: "[Getter]" }));
        }
      }
    }
    return { variables: [...variables.values()] };
  }

  /** The value of an earlier cell's variable. */
  private async inSlot({ objectId }: Runtime.RemoteObject): Promise<Runtime.RemoteObject> {
    const { result } = await this.post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
      ...{ objectId, functionDeclaration: "function () { return this.v; }" },
      ...{ silent: true, generatePreview: true },
    });
    return result;
  }

  private async evaluate(expression: string, { callFrameId }: Paused.CallFrame): Promise<Content> {
    const { result, exceptionDetails } = await this.post<Paused.EvaluateOnCallFrameReturnType>(
      "Debugger.evaluateOnCallFrame",
      { callFrameId, expression, silent: true, generatePreview: true },
    );
    if (exceptionDetails) throw new Error(result.description ?? exceptionDetails.text);
    const { value, variablesReference } = this.told("", result);
    return { result: value, variablesReference };
  }

  private told(name: string, value: Runtime.RemoteObject): Content {
    const hasMembers = value.objectId !== undefined && value.type === "object";
    const variablesReference = hasMembers ? this.reference([value.objectId as string], false) : 0;
    // Beside a type JupyterLab shows no value: it is left out of what has nothing to be opened.
    const type = hasMembers ? { type: value.className ?? value.type } : {};
    return { name, value: textOf(value), ...type, evaluateName: name, variablesReference };
  }

  private reference(ids: string[], isScope: boolean): number {
    return firstReference + this.references.push({ ids, isScope }) - 1;
  }

  private post<T>(method: string, params: object = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      const nudge = this.nudge();
      this.inspector.post(method, params, (error, result) => {
        nudge.stop();
        return error ? reject(error) : resolve(result as T);
      });
    });
  }

  /**
   * Asks for nothing in particular, less and less often, until it is stopped. Under Node 26 a question to a thread
   * that stands still is now and then not heard before the next one comes.
   */
  private nudge(): { stop(): void } {
    let timer: NodeJS.Timeout;
    const again = (time: number) => {
      timer = setTimeout(() => {
        this.inspector.post("Runtime.getIsolateId");
        again(2 * time);
      }, time);
    };
    again(firstNudge);
    return { stop: () => clearTimeout(timer) };
  }
}

/** What the scopes are called in which a name is looked up: those of the function, and those around it. */
const scopeNames: [name: string, isMeant: (type: string) => boolean][] = [
  ["Locals", (type) => !["closure", "global", "script"].includes(type)],
  ["Cells", (type) => type === "closure"],
];

/** Whether a call is of the kernel's own code in a cell, which stands before the cell's first line. */
function isGlue({ location }: Paused.CallFrame): boolean {
  return location.lineNumber < 0;
}

/** Where the first piece of code of a line stands, or of the first line below it that has any. */
function placeOfLine(places: Places, line: number): readonly [line: number, column: number] | undefined {
  let best: Places[number] | undefined;
  for (const place of places)
    if (place[2] >= line && (best === undefined || place[2] < best[2])) best = place;
  return best && [best[0], best[1]];
}

/** A value in one line. */
function textOf({ type, value, unserializableValue, description, preview }: Runtime.RemoteObject): string {
  if (type === "string") return JSON.stringify(value);
  if (type === "function") return description?.split("\n")[0] ?? "function";
  if (preview === undefined) return unserializableValue ?? description ?? String(value);
  const isList = preview.subtype === "array";
  const parts = preview.properties.map(({ name, value: text = "…" }) => (isList ? text : `${name}: ${text}`));
  const inner = [...parts, ...(preview.overflow ? ["…"] : [])].join(", ");
  const kind = ["Object", undefined].includes(preview.description) || isList ? "" : `${preview.description} `;
  return isList ? `[${inner}]` : `${kind}{ ${inner} }`;
}
