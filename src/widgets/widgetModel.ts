/** One model of Jupyter's widget protocol, version 2.1: a state that the notebook and its front end both hold. */
import { type Comm, type CommMessage, hasComms, openComm, registerCommTarget } from "../base/comm";
import { randomUUID } from "../platform/hash";
import { joinBuffers, partBuffers } from "./buffers";

/** The version of the protocol, as every opening of a model says it. */
const protocol = { version: "2.1.0" };

type State = Record<string, unknown>;

/** Which class of the front end draws a model. */
export interface FrontEndClass {
  readonly module: string;
  readonly version: string;
  readonly model: string;
  /** @default none: a model that is never seen by itself, such as a layout */
  readonly view?: string;
}

/** What is done with what the front end sends. */
export interface WidgetEvents {
  /** A part of the state that the front end has changed. @throws where it is no such state; it is then refused. */
  update?(state: State): unknown;
  /** A message that is about no state, such as the click of a button. */
  custom?(content: unknown): unknown;
}

/** All models of this process, for a front end that comes late and asks for them. */
const models = new Map<string, WidgetModel>();

/**
 * A widget's model. On Cofi's kernel it is open to the front end from the start; elsewhere its state stands by itself.
 */
export class WidgetModel {
  readonly id = randomUUID();
  private readonly comm: Comm | undefined;
  private readonly state: State;

  constructor(
    face: FrontEndClass,
    state: State,
    private readonly events: WidgetEvents = {},
  ) {
    const view = { _view_module: face.module, _view_module_version: face.version, _view_name: face.view };
    this.state = {
      _model_module: face.module,
      _model_module_version: face.version,
      _model_name: face.model,
      ...(face.view === undefined ? {} : view),
      ...state,
    };
    if (!hasComms()) return;
    answerRequestsOfAll();
    const { data, buffers } = this.whole();
    this.comm = openComm("jupyter.widget", { id: this.id, data, buffers, metadata: protocol });
    models.set(this.id, this);
    this.comm.onMessage((message) => this.take(message));
    this.comm.onClose(() => models.delete(this.id));
  }

  get(name: string): unknown {
    return this.state[name];
  }

  /** Changes a part of the state, here and in the front end. */
  set(state: State): void {
    Object.assign(this.state, state);
    if (this.comm?.isOpen) this.send("update", state);
  }

  /** Sends a message that is about no state. */
  tell(content: unknown): void {
    if (this.comm?.isOpen) this.comm.send({ method: "custom", content });
  }

  /** Ends the model: the front end takes it off the page. */
  close(): void {
    models.delete(this.id);
    this.comm?.close();
  }

  /** The state as the protocol has it, whole, with its binary parts beside. */
  whole() {
    const { state, buffers, paths } = partBuffers(withReferences(this.state));
    return { data: { state, buffer_paths: paths }, buffers };
  }

  private send(method: "update" | "echo_update", part: State): void {
    const { state, buffers, paths } = partBuffers(withReferences(part));
    this.comm?.send({ method, state, buffer_paths: paths }, { buffers });
  }

  private async take({ data, buffers }: CommMessage): Promise<void> {
    const { method, state = {}, buffer_paths: paths = [], content } = data;
    if (method === "request_state") return this.send("update", this.state);
    if (method === "custom") return void (await this.events.custom?.(content));
    if (method !== "update") throw new TypeError(`method must be one of the widget protocol, got ${method}`);
    const changed = joinBuffers({ state: state as State, buffers, paths: paths as (string | number)[][] });
    const before = Object.fromEntries(Object.keys(changed).map((name) => [name, this.state[name] ?? null]));
    Object.assign(this.state, changed);
    try {
      // Other views of the model, in other windows, hear of it by the echo.
      this.send("echo_update", changed);
      await this.events.update?.(changed);
    } catch (error) {
      if (error instanceof RefusedState) this.set(before);
      throw error;
    }
  }
}

/** A state of the front end's that the model can't take: it goes back to what it was. */
export class RefusedState extends TypeError {}

/** Models in a state as the protocol refers to them. */
function withReferences(state: State): State {
  const referred = (value: unknown): unknown => {
    if (value instanceof WidgetModel) return `IPY_MODEL_${value.id}`;
    return Array.isArray(value) ? value.map(referred) : value;
  };
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, referred(value)]));
}

let answering = false;

/** From now on the front end may ask for the states of all models at once, as it does when a page is opened again. */
function answerRequestsOfAll(): void {
  if (answering) return;
  answering = true;
  registerCommTarget("jupyter.widget.control", (comm) => {
    comm.onMessage(({ data }) => {
      if (data.method !== "request_states")
        throw new TypeError(`method must be "request_states", got ${JSON.stringify(data.method)}`);
      const all = [...models.values()].map((model) => ({ model, ...model.whole() }));
      const states = all.map(({ model, data: { state } }) => [
        model.id,
        {
          model_name: state._model_name,
          model_module: state._model_module,
          model_module_version: state._model_module_version,
          state,
        },
      ]);
      const paths = all.flatMap(({ model, data: { buffer_paths } }) =>
        buffer_paths.map((path) => [model.id, "state", ...path]),
      );
      comm.send(
        { method: "update_states", states: Object.fromEntries(states), buffer_paths: paths },
        { buffers: all.flatMap(({ buffers }) => buffers) },
      );
    });
  });
}
