/** What a cell puts out, drawn as it comes: text, tables, figures, errors, and what takes the place of earlier output. */
import type { JupyterMessage } from "../../src/kernel/browser/messages";
import { coloured } from "./ansi";
import { drawFigure, type Figure } from "./figures";
import type { Widgets } from "./widgets";

export type MimeBundle = Record<string, unknown>;

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
  draw(): void;
}

/** Draws anew what was shown under an id. */
export function updateDisplays(displays: Displays, id: string, data: MimeBundle): void {
  for (const shown of displays.get(id) ?? []) {
    shown.output.data = data;
    shown.draw();
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
    const place = this.add(document.createElement("div"), "", count);
    const draw = () => this.draw(place, output.data);
    draw();
    if (id !== undefined) this.displays.set(id, [...(this.displays.get(id) ?? []), { output, draw }]);
  }

  private fail(output: Output & { output_type: "error" }): void {
    this.before();
    this.text = undefined;
    this.outputs.push(output);
    const element = document.createElement("pre");
    element.append(...coloured(output.traceback.join("\n")));
    this.add(element, "application/vnd.jupyter.error");
  }

  /** Draws the richest form that a page can show. */
  private draw(place: HTMLElement, data: MimeBundle): void {
    const text = (type: string) => [data[type]].flat().join("");
    const figure = data["application/vnd.plotly.v1+json"] as Figure | undefined;
    const widget = data["application/vnd.jupyter.widget-view+json"] as { model_id: string } | undefined;
    const body = document.createElement("div");
    const put = (type: string, classes: string) => {
      place.dataset.mimeType = type;
      place.className = `${classes} jp-OutputArea-output`;
      place.replaceChildren(body);
    };
    if (figure) {
      place.dataset.mimeType = "application/vnd.plotly.v1+json";
      place.className = "figure jp-OutputArea-output";
      drawFigure(place, figure).catch((error) => place.append(String(error.message)));
    } else if (widget && this.widgets.draw(widget.model_id, body))
      put("application/vnd.jupyter.widget-view+json", "");
    else if ("text/html" in data) {
      body.innerHTML = text("text/html");
      leadToPages(body);
      put("text/html", "jp-RenderedHTMLCommon jp-RenderedHTML");
      typeset(body);
    } else if ("image/svg+xml" in data || "image/png" in data) {
      const svg = "image/svg+xml" in data;
      const image = document.createElement("img");
      image.alt = text("text/plain");
      image.src = svg
        ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text("image/svg+xml"))}`
        : `data:image/png;base64,${text("image/png")}`;
      body.append(image);
      put(svg ? "image/svg+xml" : "image/png", "jp-RenderedImage");
    } else if ("text/latex" in data) {
      body.textContent = text("text/latex");
      put("text/latex", "jp-RenderedHTMLCommon jp-RenderedLatex");
      typeset(body);
    } else {
      const pre = document.createElement("pre");
      pre.append(...coloured(text("text/plain")));
      body.append(pre);
      put("text/plain", "jp-RenderedText");
    }
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

/** Links from notebook to notebook lead from page to page. */
function leadToPages(element: HTMLElement): void {
  for (const link of element.querySelectorAll('a[href$=".ipynb"]')) {
    const href = link.getAttribute("href") as string;
    if (!href.includes(":")) link.setAttribute("href", href.replace(/ipynb$/, "html"));
  }
}

/** Formulas in what has come, as in the page; the script for them may be missing. */
function typeset(element: HTMLElement): void {
  const { MathJax } = self as unknown as {
    MathJax?: { typesetPromise?(elements: Element[]): Promise<void> };
  };
  if (element.textContent?.includes("$")) MathJax?.typesetPromise?.([element]).catch(() => {});
}
