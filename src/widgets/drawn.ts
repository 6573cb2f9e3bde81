/** What a redraw puts out, as a list of contents by their forms. */
import type { Drawing, DrawnOutput } from "../base/drawing";
import { escaped } from "../show/figure";
import type { MimeBundle } from "../show/mime";
import { visible, withoutFormulas } from "../show/text";

const plotly = "application/vnd.plotly.v1+json";

/** Collects the output of one redraw, in order; text that is printed in succession is one content. */
export class Drawn implements Drawing {
  private readonly contents: { data: MimeBundle; id?: string | undefined; isPrinted: boolean }[] = [];

  constructor(readonly signal: AbortSignal) {}

  take(output: DrawnOutput): void {
    if (this.signal.aborted) return;
    if (output.type === "clear") this.contents.length = 0;
    else if (output.type === "stream") this.print(output.text);
    else if (output.type === "display") this.put(output);
  }

  /** The contents by their forms. */
  bundles(): MimeBundle[] {
    return this.contents.map(({ data }) => data);
  }

  private print(text: string): void {
    const last = this.contents.at(-1);
    if (last?.isPrinted) last.data = { "text/plain": `${last.data["text/plain"]}${text}` };
    else this.contents.push({ data: { "text/plain": text }, isPrinted: true });
  }

  private put({ content, update }: Extract<DrawnOutput, { type: "display" }>): void {
    const { display_id: id } = content.transient;
    const shown = update ? this.contents.filter((one) => one.id !== undefined && one.id === id) : [];
    for (const one of shown) one.data = content.data;
    if (!update) this.contents.push({ data: content.data, id, isPrinted: false });
  }
}

/**
 * What is put in a place, step by step, while its content changes fast: of a figure the still image alone, since
 * JupyterLab draws an image anew in place, but a figure of plotly's only where another kind of content was before.
 */
export function moving(data: MimeBundle): MimeBundle[] {
  const { [plotly]: figure, ...others } = data;
  if (figure === undefined) return [data];
  return "image/svg+xml" in data ? [others] : [{ "text/plain": "" }, data];
}

/** The contents in no more than so many places: where there are more, neighbours are put together, texts first. */
export function fitted(contents: readonly MimeBundle[], places: number): MimeBundle[] {
  const fit = [...contents];
  while (fit.length > places) {
    const costs = fit.slice(1).map((data, k) => richness(fit[k]) + richness(data));
    const at = costs.indexOf(Math.min(...costs));
    fit.splice(at, 2, together(fit[at], fit[at + 1]));
  }
  return fit;
}

/** What is lost when a content is put together with another: nothing of a text, the movements of a figure. */
const richness = (data: MimeBundle): number => (plotly in data ? 2 : "text/html" in data ? 1 : 0);

/** A content's text in lines: what is escaped as a whole would show where each ends. */
const linesOf = (data: MimeBundle): string[] =>
  String(data["text/plain"] ?? "")
    .replace(/\n$/, "")
    .split("\n");

/** Two contents as one, the second below the first. */
function together(a: MimeBundle, b: MimeBundle): MimeBundle {
  const text = [a, b].flatMap(linesOf).join("\n");
  if (richness(a) + richness(b) === 0 && !("image/svg+xml" in a) && !("image/svg+xml" in b))
    return { "text/plain": text };
  return { "text/html": [a, b].map(asHtml).join("\n"), "text/plain": text };
}

function asHtml(data: MimeBundle): string {
  return String(
    data["text/html"] ??
      data["image/svg+xml"] ??
      withoutFormulas(`<pre>${linesOf(data).map(escaped).join("\n")}</pre>`),
  );
}

/** How high a figure is, in points of the screen; undefined of what is none. */
export function heightOf(data: MimeBundle | undefined): number | undefined {
  const height = (data?.[plotly] as { layout?: { height?: unknown } } | undefined)?.layout?.height;
  return typeof height === "number" ? height : undefined;
}

/** What was thrown, as a content as high as what was in its place: else all below would jump up. */
export function failed(thrown: unknown, height = 0): MimeBundle {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const said = `<p style="border-left: 4px solid #d55e00; padding: 2px 12px">${escaped(text)}</p>`;
  const html =
    height === 0 ? said : `<div style="display: flow-root; margin: 0; min-height: ${height}px">${said}</div>`;
  return { "text/html": withoutFormulas(html), "text/plain": visible(text) };
}
