/** Where one output stands on the page, drawn in the richest form that a page can show. */
import { coloured } from "./ansi";
import { drawFigure, type Figure } from "./figures";
import type { Widgets } from "./widgets";

export type MimeBundle = Record<string, unknown>;

/** A place on the page, whose content may change faster than it is drawn: then only the last is. */
export class Place {
  private next: MimeBundle | undefined;
  private drawing: Promise<void> | undefined;

  constructor(
    readonly element: HTMLElement,
    /** The controls that may stand there. */
    private readonly widgets?: Widgets,
  ) {}

  /** Draws what has not been there before. */
  draw(data: MimeBundle): void {
    this.drawing = drawOutput(this.element, data, this.widgets).then(() => this.goOn());
  }

  /** Draws something else, by the next frame. */
  redraw(data: MimeBundle): void {
    this.next = data;
    this.drawing ??= this.goOn();
  }

  /** Draws what has come meanwhile. */
  private async goOn(): Promise<void> {
    while (this.next) {
      await new Promise(requestAnimationFrame);
      // JupyterLab wants something else between two figures; a page that showed it would flicker.
      if (this.next["text/plain"] === "") await new Promise((done) => setTimeout(done, 100));
      const data = this.next;
      this.next = undefined;
      await drawOutput(this.element, data, this.widgets);
    }
    this.drawing = undefined;
  }
}

/** Draws the richest form that a page can show; resolves once it is there. */
async function drawOutput(place: HTMLElement, data: MimeBundle, widgets?: Widgets): Promise<void> {
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
    await drawFigure(place, figure).catch((error) => place.append(String(error.message)));
  } else if (widget && widgets?.draw(widget.model_id, body))
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
