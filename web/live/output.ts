/** What a cell puts out, drawn as it comes: text, tables, figures, errors, and what takes the place of earlier output. */
import type { JupyterMessage } from "../../src/kernel/browser/messages";
import { coloured } from "./ansi";
import { type MimeBundle, Place } from "./place";
import type { Widgets } from "./widgets";

/** One output as a notebook's file holds it. */
export type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: object }
  | { output_type: "execute_result"; data: MimeBundle; metadata: object; execution_count: number }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** The most letters of printed text that a cell keeps. */
const longest = 200_000;

/** The displays of a page that may be drawn anew, by their ids; they may stand below several cells. */
export type Displays = Map<string, Shown[]>;

interface Shown {
  output: Output & { data: MimeBundle };
  place: Place;
}

/** Draws anew what was shown under an id. */
export function updateDisplays(displays: Displays, id: string, data: MimeBundle): void {
  for (const shown of displays.get(id) ?? []) {
    shown.output.data = data;
    shown.place.redraw(data);
  }
}

/** The output of one run of a cell. */
export class OutputArea {
  /** What a notebook's file is to hold of it. */
  readonly outputs: Output[] = [];
  readonly element: HTMLElement;
  private readonly list: HTMLElement;
  private text: { output: Output & { text: string }; element: HTMLElement } | undefined;
  private clearsWithNext = false;

  constructor(
    private readonly displays: Displays,
    private readonly widgets: Widgets,
    /** Called before the first output is put on the page. */
    private readonly onFirst: () => void,
  ) {
    this.element = document.createElement("div");
    this.element.className = "jp-Cell-outputWrapper";
    this.list = document.createElement("div");
    this.list.className = "jp-OutputArea jp-Cell-outputArea";
    this.element.append(this.list);
  }

  /** Takes a message that the kernel published for the cell. */
  take({ header, content }: JupyterMessage): void {
    const { data = {}, metadata = {}, transient = {} } = content as Record<string, MimeBundle>;
    const id = transient.display_id as string | undefined;
    const type = header.msg_type;
    if (type === "stream") this.print(content.name as string, content.text as string);
    else if (type === "display_data") this.show({ output_type: type, data, metadata }, id);
    else if (type === "execute_result") {
      const count = content.execution_count as number;
      this.show({ output_type: type, data, metadata, execution_count: count }, id);
    } else if (type === "update_display_data") updateDisplays(this.displays, id ?? "", data);
    else if (type === "clear_output") {
      this.clearsWithNext = content.wait === true;
      if (!content.wait) this.clear();
    } else if (type === "error") {
      const { ename, evalue, traceback } = content as Record<string, never>;
      this.fail({ output_type: type, ename, evalue, traceback });
    }
  }

  private print(name: string, text: string): void {
    this.before();
    if (this.text?.output.output_type === "stream" && this.text.output.name === name) {
      const { output, element } = this.text;
      output.text = kept(output.text + text);
      element.replaceChildren(...coloured(output.text));
      return;
    }
    const output = { output_type: "stream" as const, name, text: kept(text) };
    const element = document.createElement("pre");
    element.append(...coloured(output.text));
    this.outputs.push(output);
    this.add(element, name === "stderr" ? "application/vnd.jupyter.stderr" : "text/plain");
    this.text = { output, element };
  }

  private show(output: Shown["output"], id: string | undefined): void {
    this.before();
    this.text = undefined;
    this.outputs.push(output);
    const count = output.output_type === "execute_result" ? output.execution_count : undefined;
    const place = new Place(this.add(document.createElement("div"), "", count), this.widgets);
    place.draw(output.data);
    if (id !== undefined) this.displays.set(id, [...(this.displays.get(id) ?? []), { output, place }]);
  }

  private fail(output: Output & { output_type: "error" }): void {
    this.before();
    this.text = undefined;
    this.outputs.push(output);
    const element = document.createElement("pre");
    element.append(...coloured(output.traceback.join("\n")));
    this.add(element, "application/vnd.jupyter.error");
  }

  private before(): void {
    if (this.clearsWithNext) this.clear();
    if (this.outputs.length === 0) this.onFirst();
  }

  private clear(): void {
    this.clearsWithNext = false;
    this.text = undefined;
    this.outputs.length = 0;
    this.list.replaceChildren();
  }

  private add(element: HTMLElement, type: string, count?: number): HTMLElement {
    const child = document.createElement("div");
    child.className = "jp-OutputArea-child";
    const prompt = document.createElement("div");
    prompt.className = "jp-OutputPrompt jp-OutputArea-prompt";
    if (count !== undefined) {
      child.classList.add("jp-OutputArea-executeResult");
      prompt.textContent = `Out[${count}]:`;
    }
    const place = document.createElement("div");
    place.className = "jp-RenderedText jp-OutputArea-output";
    place.dataset.mimeType = type;
    place.append(element);
    child.append(prompt, place);
    this.list.append(child);
    return place;
  }
}

function kept(text: string): string {
  if (text.length <= longest) return text;
  return `… (only the last ${longest.toLocaleString("en")} letters are kept)\n${text.slice(-longest)}`;
}
