/** One code cell of a page: its code, which can be changed, its buttons, and the output of its last run. */
import type { Editor, EditorWork } from "./editor";
import type { OutputArea } from "./output";
import type { CellControls } from "./storedControls";

/** What a cell asks the page to do. */
export interface CellWork {
  run(cell: Cell): void;
  reset(cell: Cell): void;
  changed(cell: Cell): void;
  openEditor(work: Pick<EditorWork, "place" | "code" | "label" | "onChange" | "onRun">): Promise<Editor>;
}

export class Cell {
  code: string;
  /** The code of the last run that went well in the kernel that runs now; undefined where there was none. */
  ranCode: string | undefined;
  /** What the last run put out; undefined where what is stored is shown. */
  area: OutputArea | undefined;
  count: number | null = null;
  /** What moves the stored output without a kernel; undefined where it has no controls. */
  controls: CellControls | undefined;

  private editor: Promise<Editor> | undefined;
  private readonly highlighted: HTMLElement;
  /** What the page has of the cell's output. */
  readonly stored: HTMLElement | null;
  private readonly runButton: HTMLButtonElement;
  private readonly resetButton: HTMLButtonElement;
  private readonly note: HTMLElement;
  private readonly prompt: HTMLElement | null;
  private readonly promptText: string;

  constructor(
    readonly id: string,
    readonly element: HTMLElement,
    /** The code as the page has it. */
    readonly original: string,
    /** Its number among the code cells, from 1. */
    readonly number: number,
    private readonly work: CellWork,
  ) {
    this.code = original;
    this.highlighted = element.querySelector<HTMLElement>(".highlight")!;
    this.stored = element.querySelector<HTMLElement>(":scope > .jp-Cell-outputWrapper");
    this.prompt = element.querySelector<HTMLElement>(".jp-InputPrompt");
    this.promptText = this.prompt?.textContent ?? "";
    this.runButton = button(
      "▶ Run",
      `Run cell ${number}, after those before it that have not run (Shift+Enter)`,
    );
    this.resetButton = button("Reset", "Back to the code and the output of the page");
    this.note = document.createElement("span");
    this.note.className = "live-note";
    const row = document.createElement("div");
    row.className = "live-row";
    row.append(this.runButton, this.resetButton, this.note);
    element.querySelector(".jp-Cell-inputWrapper")!.after(row);
    this.runButton.onclick = () => work.run(this);
    this.resetButton.onclick = () => work.reset(this);
    this.highlighted.tabIndex = 0;
    this.highlighted.setAttribute("role", "button");
    this.highlighted.setAttribute("aria-label", `Edit the code of cell ${number}`);
    this.highlighted.addEventListener("click", ({ clientX: x, clientY: y }) => this.edit({ x, y }));
    this.highlighted.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (event.shiftKey) work.run(this);
      else this.edit();
    });
    this.showState();
  }

  /** Whether the reader has changed the code. */
  get isChanged(): boolean {
    return this.code !== this.original;
  }

  /** Turns the code into an editor, with the cursor where it was clicked. */
  async edit(at?: { x: number; y: number }): Promise<void> {
    // Who marks text with the mouse wants to copy it.
    if (at && !this.editor && getSelection()?.isCollapsed === false) return;
    if (!this.editor) {
      const place = document.createElement("div");
      const label = `Code of cell ${this.number}`;
      this.editor = this.work.openEditor({
        ...{ place, code: this.code, label },
        onChange: (code) => this.take(code),
        onRun: () => this.work.run(this),
      });
      this.editor.then(
        () => this.highlighted.replaceWith(place),
        () => {
          this.editor = undefined;
        },
      );
    }
    (await this.editor).focus(at);
  }

  /** Puts other code into the cell. */
  async set(code: string): Promise<void> {
    if (code === this.code) return;
    if (this.editor) (await this.editor).set(code);
    else {
      // Colours come with the editor; until then changed code stands there plainly.
      this.highlighted.querySelector("pre")!.textContent = code;
      this.take(code);
    }
  }

  private take(code: string): void {
    this.code = code;
    this.showState();
    this.work.changed(this);
  }

  /** Begins a run: its output takes the place of the last one's as soon as there is some. */
  begin(area: OutputArea): void {
    this.controls?.stop();
    const shown = this.area?.element ?? this.stored;
    shown?.classList.add("live-old");
    area.element.hidden = true;
    this.element.append(area.element);
    this.area = area;
    this.note.textContent = "running";
    this.element.classList.add("live-running");
    this.setPrompt("In [*]:");
  }

  /** Puts the output of the run that has begun in the place of the last one's. */
  showOutput(): void {
    if (!this.area?.element.hidden) return;
    for (const other of this.element.querySelectorAll<HTMLElement>(":scope > .jp-Cell-outputWrapper"))
      if (other === this.stored) other.hidden = true;
      else if (other !== this.area.element) other.remove();
    this.area.element.hidden = false;
  }

  /** Ends the run that has begun. */
  end(note: string, count: number | null): void {
    this.showOutput();
    this.count = count;
    this.element.classList.remove("live-running");
    this.setPrompt(count === null ? "In [ ]:" : `In [${count}]:`);
    this.note.textContent = note;
    this.showState();
  }

  /** Back to what the page had, but for the code. */
  forget(): void {
    this.area?.element.remove();
    this.area = undefined;
    this.ranCode = undefined;
    this.count = null;
    if (this.stored) this.stored.hidden = false;
    this.controls?.restore();
    this.stored?.classList.remove("live-old");
    this.element.classList.remove("live-running");
    this.note.textContent = "";
    this.setPrompt(this.promptText);
    this.showState();
  }

  private setPrompt(text: string): void {
    if (this.prompt) this.prompt.textContent = text;
  }

  private showState(): void {
    this.resetButton.hidden = !this.isChanged && !this.area;
    this.element.classList.toggle("live-changed", this.isChanged);
  }
}

/** A button with a title. */
export function button(text: string, title: string): HTMLButtonElement {
  return Object.assign(document.createElement("button"), {
    type: "button",
    className: "live-button",
    textContent: text,
    title,
  });
}
