/**
 * The controls of a cell as the page has them before any kernel runs. Their first move loads the cell's program, which
 * holds no compiler; from then on each move draws anew what the cell has put out, where it stands.
 */
import type { CompiledOutput, FromControl } from "../../src/kernel/browser/messages";
import { drawFigure } from "./figures";
import { type MimeBundle, Place } from "./place";
import { Program } from "./program";
import { type State, Widgets } from "./widgets";

/** What a page knows of the controls of its notebook. */
export interface StoredControls {
  /** Models by their names, each in the state that was stored. */
  models: Record<string, State>;
  /** By cell: the model that is shown; the cells that take part; whether there is a program. */
  cells: Record<string, { model: string; parts: string[]; hasProgram: boolean }>;
}

/** What controls ask of the page. */
export interface ControlsWork {
  /** Whether the cells that take part have the page's code: the program knows no other. */
  isAsStored(): boolean;
  /** Runs the cell on the kernel. */
  run(): void;
  say(text: string): void;
}

export class CellControls {
  private readonly widgets = new Widgets((_, content) => this.send(content as unknown as FromControl));
  private readonly controls: HTMLElement;
  private readonly outputs: StoredOutput[];
  private program: Program | undefined;
  /** The places of the outputs, by the names that the program gives them. */
  private readonly named = new Map<string, StoredOutput | undefined>();

  constructor(
    private readonly id: string,
    /** What the cell has put out: a still of the controls, and after it what they move. */
    stored: HTMLElement,
    private readonly told: StoredControls["cells"][string],
    private readonly models: StoredControls["models"],
    private readonly work: ControlsWork,
  ) {
    const children = [...stored.querySelectorAll<HTMLElement>(".jp-OutputArea-child")];
    const [controls, ...others] = children.map((child) => child.lastElementChild as HTMLElement);
    this.controls = controls;
    this.outputs = others.map((element) => new StoredOutput(element));
    this.putControls();
  }

  private putControls(): void {
    this.widgets.clear();
    for (const [id, state] of Object.entries(this.models)) this.widgets.add(id, structuredClone(state));
    const place = document.createElement("div");
    if (this.widgets.draw(this.told.model, place)) this.controls.replaceChildren(place);
  }

  /** Takes a move of a control. What the reader has changed only the kernel can run. */
  private send(said: FromControl): void {
    if (this.told.hasProgram && this.work.isAsStored()) {
      this.program ??= this.start();
      this.program.send(said);
    } else this.work.run();
  }

  private start(): Program {
    const began = performance.now();
    this.work.say("Loading what the controls need …");
    return new Program(this.id, {
      model: this.told.model,
      widgets: this.widgets,
      onReady: () =>
        this.work.say(`The controls move, after ${((performance.now() - began) / 1000).toFixed(1)} s.`),
      onOutput: (message) => this.take(message),
      onFailure: (why) => {
        this.stop();
        this.work.say(why);
        this.work.run();
      },
    });
  }

  private take({ header, content }: CompiledOutput): void {
    const { data, transient } = content as { data: MimeBundle; transient: { display_id?: string } };
    const name = transient.display_id ?? "";
    // The first drawing is that of the values stored, which is there.
    if (header.msg_type === "display_data") this.named.set(name, this.outputs[this.named.size]);
    else this.named.get(name)?.redraw(data);
  }

  /** Ends the program: the kernel has the cell from now on. */
  stop(): void {
    this.program?.end();
    this.program = undefined;
    this.named.clear();
  }

  /** Gives back the controls and what they move, as the page had them. */
  restore(): void {
    this.stop();
    this.putControls();
    for (const output of this.outputs) output.restore();
  }
}

/** An output of the page, and how to come back to it. */
class StoredOutput {
  private readonly place: Place;
  private readonly figure: string | undefined;
  private readonly html: string;
  private isChanged = false;

  constructor(private readonly element: HTMLElement) {
    this.place = new Place(element);
    this.figure = element.querySelector("script")?.textContent ?? undefined;
    this.html = element.innerHTML;
  }

  redraw(data: MimeBundle): void {
    this.isChanged = true;
    this.place.redraw(data);
  }

  restore(): void {
    if (!this.isChanged) return;
    this.isChanged = false;
    if (this.figure) void drawFigure(this.element, JSON.parse(this.figure));
    else this.element.innerHTML = this.html;
  }
}
