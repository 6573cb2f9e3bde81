/** What all controls have in common: a value that the reader and the code change, a view, and a still of it. */
import { escaped } from "../show/figure";
import { type MimeBundle, Shown } from "../show/mime";
import { visible, withoutFormulas } from "../show/text";
import { type FrontEndClass, RefusedState, WidgetModel } from "./widgetModel";

/** Something that Jupyter's widgets show. */
export abstract class Widget extends Shown {
  abstract readonly model: WidgetModel;

  /** What stands in its place where no widget is drawn: in text, and in HTML. */
  abstract still(): { text: string; html: string };

  /** Its forms in a notebook: the widget, and its still where none is drawn. */
  override forms(): MimeBundle {
    const { text, html } = this.still();
    return {
      "application/vnd.jupyter.widget-view+json": {
        version_major: 2,
        version_minor: 0,
        model_id: this.model.id,
      },
      "text/html": withoutFormulas(html),
      "text/plain": text,
    };
  }

  /** Takes it off the page and ends it. */
  close(): void {
    this.model.close();
  }
}

/** How a control is made of the front end's. */
export interface ControlParts<T> {
  face: FrontEndClass;
  label: string;
  value: T;
  /** The value as the front end has it. */
  toState(value: T): Record<string, unknown>;
  /** The value in the front end's state; undefined where it is none that the control can have. */
  fromState(state: Record<string, unknown>): T | undefined;
  /** Whether the front end's state says that there is no value, where that is one: `undefined`. */
  isNone?(state: Record<string, unknown>): boolean;
  /** @throws RangeError for a value that the control can't have. */
  check(value: T): void;
  /** The value in words. @default as a string */
  inWords?(value: T): string;
  /** What else its model holds. */
  state?: Record<string, unknown>;
  /** The front end's class of style, of its own package of controls, and what the style holds. */
  style?: Record<string, unknown> & { of: string };
  custom?(content: unknown, control: Control<T>): unknown;
}

/** A control of which the reader sets the value. */
export class Control<T> extends Widget {
  readonly label: string;
  readonly model: WidgetModel;
  private current: T;
  private readonly listeners = new Set<(value: T) => unknown>();

  constructor(private readonly parts: ControlParts<T>) {
    super();
    const { face, label, value, style, state = {} } = parts;
    if (typeof label !== "string") throw new TypeError(`label must be a string, got ${String(label)}`);
    parts.check(value);
    this.label = label;
    this.current = value;
    this.model = new WidgetModel(
      face,
      {
        ...state,
        ...("description" in state && { tooltip: label }),
        ...parts.toState(value),
        ...(style && { style: styleOf(style) }),
        layout: layoutOf(),
      },
      {
        update: (changed) => this.take(changed),
        custom: (content) => parts.custom?.(content, this),
      },
    );
  }

  get value(): T {
    return this.current;
  }

  /** Sets the value, here and in the front end. */
  set value(value: T) {
    this.parts.check(value);
    if (Object.is(value, this.current)) return;
    this.current = value;
    this.model.set(this.parts.toState(value));
    // What it brings about is told where the code stands that has set it.
    for (const listener of [...this.listeners]) void listener(value);
  }

  /**
   * Calls back with each new value.
   *
   * @returns A function that ends it.
   */
  onChange(listener: (value: T) => unknown): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  override still(): { text: string; html: string } {
    const words = this.parts.inWords?.(this.current) ?? String(this.current);
    const text = visible(this.label === "" ? words : words === "" ? this.label : `${this.label}: ${words}`);
    const name = this.label === "" ? "" : `${escaped(this.label)}&nbsp; `;
    return { text, html: `<span>${name}<b>${escaped(words)}</b></span>` };
  }

  private async take(state: Record<string, unknown>): Promise<void> {
    const names = Object.keys(this.parts.toState(this.current));
    if (!names.some((name) => name in state)) return;
    const value = this.parts.fromState(state);
    if (value === undefined && !this.parts.isNone?.(state))
      throw new RefusedState(
        `${this.label} can't have the value that the page sent: ${JSON.stringify(state)}`,
      );
    if (Object.is(value, this.current)) return;
    this.current = value as T;
    await Promise.all([...this.listeners].map((listener) => listener(this.current)));
  }
}

const base = { module: "@jupyter-widgets/base", version: "2.0.0" };
const controls = { module: "@jupyter-widgets/controls", version: "2.0.0" };

/** A class of the front end's own package of controls, such as `FloatSlider`. */
export const stock = (name: string): FrontEndClass => ({
  ...controls,
  model: `${name}Model`,
  view: `${name}View`,
});

/** How wide a control is and where it stands. */
export function layoutOf(state: Record<string, unknown> = {}): WidgetModel {
  const own = { _view_module: base.module, _view_module_version: base.version, _view_name: "LayoutView" };
  return new WidgetModel({ ...base, model: "LayoutModel" }, { ...own, ...state });
}

/** The style of a control: its label as wide as it needs to be. */
function styleOf({ of, ...state }: Record<string, unknown> & { of: string }): WidgetModel {
  const view = { _view_module: base.module, _view_module_version: base.version, _view_name: "StyleView" };
  return new WidgetModel({ ...controls, model: `${of}StyleModel` }, { ...view, ...state });
}
