/** The controls of a notebook, drawn by the page itself: those that Cofi makes, by Jupyter's widget protocol. */
import type { CompiledOutput } from "../../src/kernel/browser/messages";

export type State = Record<string, unknown>;

/** Sends what a control has to say to the kernel. */
export type Send = (type: "comm_msg", content: State) => void;

/** One model: its state, and those who want to know of a change. */
class Model {
  readonly listeners = new Set<(names: string[]) => void>();

  constructor(
    readonly id: string,
    readonly state: State,
    private readonly send: Send,
  ) {}

  /** Takes a change that the kernel tells of. */
  take(state: State): void {
    Object.assign(this.state, state);
    for (const listener of this.listeners) listener(Object.keys(state));
  }

  /** Changes a part of the state, and tells the kernel. */
  change(state: State): void {
    this.take(state);
    this.tell({ method: "update", state, buffer_paths: [] });
  }

  tell(data: State): void {
    this.send("comm_msg", { comm_id: this.id, data });
  }
}

/** All controls of a page. */
export class Widgets {
  private readonly models = new Map<string, Model>();

  constructor(private readonly send: Send) {}

  /** Takes a message by which the kernel opens, changes or closes a control. */
  take({ header, content }: CompiledOutput): void {
    const id = content.comm_id as string;
    const { state = {}, method } = (content.data ?? {}) as { state?: State; method?: string };
    if (header.msg_type === "comm_open" && content.target_name === "jupyter.widget")
      this.add(id, { ...state });
    else if (header.msg_type === "comm_close") this.models.delete(id);
    else if (method === "update") this.models.get(id)?.take(state);
  }

  /** Adds a model in the state that it has. */
  add(id: string, state: State): void {
    this.models.set(id, new Model(id, state, this.send));
  }

  /** The models that stand in another, by their names. */
  childrenOf(id: string): string[] {
    return namesIn(this.models.get(id)?.state.children);
  }

  /** The kernel was ended, and all controls with it. */
  clear(): void {
    this.models.clear();
  }

  /** Draws a control into an element; false where it is none that this page can draw. */
  draw(id: string, place: HTMLElement): boolean {
    const model = this.models.get(id);
    const view = model && views[model.state._model_name as string];
    if (!view) return false;
    view(model, place, (child, into) => this.draw(child, into));
    return true;
  }
}

/** The names of models in a state that refers to them. */
export const namesIn = (references: unknown): string[] =>
  ((references ?? []) as string[]).map((reference) => reference.replace("IPY_MODEL_", ""));

type DrawOther = (id: string, place: HTMLElement) => boolean;
type View = (model: Model, place: HTMLElement, drawOther: DrawOther) => void;

const views: Record<string, View> = {
  BoxModel(model, place, drawOther) {
    place.className = "live-controls";
    for (const child of namesIn(model.state.children)) {
      const element = document.createElement("div");
      place.append(element);
      drawOther(child, element);
    }
  },
  FloatSliderModel: slider,
  IntSliderModel: slider,
  CheckboxModel(model, place) {
    const box = labelled(model, place, input("checkbox"), { after: true });
    box.onchange = () => model.change({ value: box.checked });
    follow(model, ["value"], () => (box.checked = model.state.value === true));
  },
  DropdownModel(model, place) {
    const select = labelled(model, place, document.createElement("select"));
    select.append(...(model.state._options_labels as string[]).map((name) => new Option(name)));
    select.onchange = () => model.change({ index: select.selectedIndex });
    follow(model, ["index"], () => (select.selectedIndex = model.state.index as number));
  },
  TextModel(model, place) {
    const field = labelled(model, place, input("text"));
    field.placeholder = String(model.state.placeholder ?? "");
    field.oninput = () => model.change({ value: field.value });
    follow(model, ["value"], () => {
      if (field.value !== model.state.value) field.value = String(model.state.value);
    });
  },
  ButtonModel(model, place) {
    const button = document.createElement("button");
    button.className = "live-button";
    button.onclick = () => model.tell({ method: "custom", content: { event: "click" } });
    follow(model, ["description"], () => (button.textContent = String(model.state.description)));
    place.append(button);
  },
  AnyModel: ofModule,
};

function slider(model: Model, place: HTMLElement): void {
  const range = labelled(model, place, input("range"));
  const shown = document.createElement("output");
  range.after(shown);
  const { min, max, step, readout_format: format } = model.state;
  Object.assign(range, { min, max, step });
  const decimals = Number(/^\.(\d+)f$/.exec(String(format))?.[1] ?? 0);
  range.oninput = () => model.change({ value: range.valueAsNumber });
  follow(model, ["value"], () => {
    range.value = String(model.state.value);
    shown.textContent = Number(model.state.value).toFixed(decimals);
  });
}

/** A control that brings its own module, by anywidget's contract. */
async function ofModule(model: Model, place: HTMLElement): Promise<void> {
  const address = URL.createObjectURL(new Blob([String(model.state._esm)], { type: "text/javascript" }));
  const style = document.createElement("style");
  style.textContent = String(model.state._css ?? "");
  const el = document.createElement("div");
  place.append(style, el);
  const module = await import(address);
  const changed: State = {};
  const handlers = new Map<() => void, (names: string[]) => void>();
  const contract = {
    get: (name: string) => (name in changed ? changed[name] : model.state[name]),
    set: (name: string, value: unknown) => void (changed[name] = value),
    save_changes() {
      const state = { ...changed };
      for (const name of Object.keys(changed)) delete changed[name];
      model.change(state);
    },
    on(event: string, handler: () => void) {
      const listener = (names: string[]) => names.includes(event.replace("change:", "")) && handler();
      handlers.set(handler, listener);
      model.listeners.add(listener);
    },
    off: (_event: string, handler: () => void) => void model.listeners.delete(handlers.get(handler)!),
  };
  module.default.render({ model: contract, el });
}

function input(type: string): HTMLInputElement {
  return Object.assign(document.createElement("input"), { type });
}

/** Puts a control and its label into a place. */
function labelled<E extends HTMLElement>(
  model: Model,
  place: HTMLElement,
  control: E,
  { after = false } = {},
): E {
  const label = document.createElement("label");
  label.className = "live-control";
  const name = document.createElement("span");
  name.textContent = String(model.state.description ?? "");
  label.append(...(after ? [control, name] : [name, control]));
  place.append(label);
  return control;
}

/** Draws now, and again whenever one of these parts of the state changes. */
function follow(model: Model, names: string[], draw: () => void): void {
  draw();
  model.listeners.add((changed) => names.some((name) => changed.includes(name)) && draw());
}
