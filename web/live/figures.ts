/** Figures of plotly, as wide as the page has room for. */
import { assets, loadScript } from "../kernel/beside";
import { fitted, type Layout, type Trace, usual } from "./fitted";

/** A figure as plotly.js takes it. */
export interface Figure {
  data: Trace[];
  layout?: Layout;
  frames?: unknown[];
  config?: unknown;
}

interface Plotly {
  newPlot(place: HTMLElement, figure: object): Promise<unknown>;
  react(place: HTMLElement, figure: object): Promise<unknown>;
  purge(place: HTMLElement): void;
}

let plotly: Promise<Plotly> | undefined;

const loadPlotly = () =>
  (plotly ??= loadScript(new URL("plotly.min.js", assets).href).then(
    () => (self as unknown as { Plotly: Plotly }).Plotly,
  ));

/**
 * Draws a figure, or draws it anew, in the place of whatever stands in an element.
 *
 * Resolves once it is there; until then what stood there stays.
 */
export async function drawFigure(place: HTMLElement, given: Figure): Promise<void> {
  const { newPlot, react } = await loadPlotly();
  const drawn = place.querySelector<HTMLElement>(":scope > .js-plotly-plot");
  const room = () => place.clientWidth || usual;
  // plotly.js writes into what it draws; what the cell put out stays as it was.
  const whole = () => {
    const figure = structuredClone(given);
    return { ...figure, layout: fitted({ layout: {}, ...figure }, room()) };
  };
  if (drawn && !given.frames) {
    place.querySelector(":scope > .in-print")?.remove(); // of the figure that stood here
    await react(drawn, whole());
    return;
  }
  const still = place.querySelector(":scope > img");
  const element = document.createElement("div");
  await newPlot(element, whole());
  still?.classList.add("in-print");
  place.replaceChildren(...(still ? [still] : []), element);
  let last = room();
  const observer = new ResizeObserver(() => {
    if (!element.isConnected) return observer.disconnect();
    if (room() === last || place.clientWidth === 0) return;
    last = room();
    void react(element, whole());
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
