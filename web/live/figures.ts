/** Figures of plotly, as wide as the page has room for. */
import { assets, loadScript } from "../kernel/beside";

/** A figure as plotly.js takes it. */
export interface Figure {
  data: unknown[];
  layout?: Layout;
  frames?: unknown[];
  config?: unknown;
}

type Layout = Record<string, unknown> & {
  width?: number;
  title?: Record<string, unknown> & { font?: Record<string, unknown> };
  margin?: Record<string, number>;
};

interface Plotly {
  newPlot(place: HTMLElement, figure: object): Promise<unknown>;
  react(place: HTMLElement, figure: object): Promise<unknown>;
  relayout(place: HTMLElement, change: object): Promise<unknown>;
  purge(place: HTMLElement): void;
}

/** Pixels, below which titles are written smaller. */
const narrow = 560;

let plotly: Promise<Plotly> | undefined;

const loadPlotly = () =>
  (plotly ??= loadScript(new URL("plotly.min.js", assets).href).then(
    () => (self as unknown as { Plotly: Plotly }).Plotly,
  ));

function fitted({ width = 720, title, margin, ...rest }: Layout, room: number): Layout {
  const layout: Layout = { ...rest, width: Math.min(width, room) };
  if (title) layout.title = room < narrow ? { ...title, font: { ...title.font, size: 12 } } : title;
  const small = { ...margin, l: Math.min(margin?.l ?? 48, 48), r: 8 };
  if (room < narrow) layout.margin = small;
  else if (margin) layout.margin = margin;
  return layout;
}

/**
 * Draws a figure, or draws it anew, in the place of whatever stands in an element.
 *
 * Resolves once it is there; until then what stood there stays.
 */
export async function drawFigure(place: HTMLElement, given: Figure): Promise<void> {
  const { newPlot, react, relayout } = await loadPlotly();
  // plotly.js writes into what it draws; what the cell put out stays as it was.
  const { layout = {}, ...figure } = structuredClone(given);
  const drawn = place.querySelector<HTMLElement>(":scope > .js-plotly-plot");
  const room = () => place.clientWidth || narrow;
  const whole = { ...figure, layout: fitted(layout, room()) };
  if (drawn && !figure.frames) {
    await react(drawn, whole);
    return;
  }
  const element = document.createElement("div");
  await newPlot(element, whole);
  place.replaceChildren(element);
  let last = room();
  const observer = new ResizeObserver(() => {
    if (!element.isConnected) return observer.disconnect();
    if (room() === last) return;
    last = room();
    relayout(element, { width: fitted(layout, last).width });
  });
  observer.observe(place);
}

/** Puts the figures that a page holds in the place of their still images, once its text is there. */
export async function drawStoredFigures(root: ParentNode = document): Promise<void> {
  for (const place of root.querySelectorAll<HTMLElement>(".figure")) {
    const stored = place.querySelector("script");
    if (stored) await drawFigure(place, JSON.parse(stored.textContent ?? ""));
  }
}
