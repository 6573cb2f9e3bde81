import { extent } from "../math/statistics";
import { visible } from "./text";

/**
 * A plotly figure: plain JSON, as plotly.js takes it.
 * See https://plotly.com/javascript/reference/ for what traces and layouts may hold.
 */
export interface Figure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
  frames?: Record<string, unknown>[];
  config?: Record<string, unknown>;
}

/** Okabe and Ito's colours, which colour-blind readers tell apart; on white and on black alike. */
export const colours = {
  blue: "#0072b2",
  orange: "#e69f00",
  green: "#009e73",
  vermilion: "#d55e00",
  purple: "#cc79a7",
  sky: "#56b4e9",
  grey: "#808080",
} as const;

const series = [colours.blue, colours.vermilion, colours.green, colours.purple, colours.orange, colours.sky];

/** A grey that is readable on a light page and on a dark one, the page showing through the figure. */
const ink = "#7d7d7d";
const line = "rgba(128, 128, 128, 0.25)";

/** Traces in the project's style: transparent, in colours that keep apart, with named axes. */
export function figure(
  data: Record<string, unknown>[],
  { title, x, y, ...layout }: { title: string; x: Axis; y: Axis } & Record<string, unknown>,
  frames?: Record<string, unknown>[],
): Figure {
  const hasLegend = (layout.showlegend ?? data.length > 1) === true;
  return {
    data,
    layout: {
      title: {
        text: escaped(title),
        font: { size: 16 },
        x: 0,
        xref: "paper",
        xanchor: "left",
        y: 1,
        yref: "container",
        yanchor: "top",
        pad: { t: 16 },
      },
      width: 720,
      height: 420,
      margin: { l: 64, r: 24, t: hasLegend ? 84 : 56, b: 56 },
      paper_bgcolor: "rgba(0, 0, 0, 0)",
      plot_bgcolor: "rgba(0, 0, 0, 0)",
      font: { family: "Helvetica, Arial, sans-serif", size: 13, color: ink },
      colorway: series,
      hoverlabel: { align: "left" },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
      xaxis: axis(x),
      yaxis: axis(y),
      ...layout,
    },
    ...(frames && { frames }),
    config: { displaylogo: false, responsive: true },
  };
}

/** An axis: its name with the unit, and whatever else plotly knows of axes. */
export type Axis = { title: string } & Record<string, unknown>;

/** An axis in the project's style: for those beyond the first two, which a layout holds as `xaxis2`, `yaxis2`. */
export function axis({ title, ...rest }: Axis): Record<string, unknown> {
  return {
    title: { text: escaped(title), standoff: 10 },
    gridcolor: line,
    zerolinecolor: line,
    linecolor: line,
    automargin: true,
    ...rest,
  };
}

/**
 * A logarithmic axis from `low` to `high`, in whole numbers or parts of one, with some room on either side: its marks
 * are the powers of ten, and 2 and 5 times them where that leaves fewer than two.
 */
export function logAxis(title: string, [low, high]: readonly [number, number]): Axis {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const room = 0.03 * (to - from) + 0.02;
  const powers = Array.from(
    { length: Math.floor(to) - Math.floor(from) + 1 },
    (_, k) => Math.floor(from) + k,
  );
  const marks = (factors: number[]) =>
    powers
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((mark) => mark >= low && mark <= high);
  const tens = marks([1]);
  return {
    title: `${title} (logarithmic)`,
    type: "log",
    range: [from - room, to + room],
    tickvals: tens.length > 2 ? tens : marks([1, 2, 5]),
    exponentformat: "none",
    separatethousands: true,
  };
}

/**
 * Text from data as HTML, which plotly reads too: what has a meaning there stands by its number, and so does `$`,
 * which begins a formula for plotly. (In a page MathJax looks into what is shown: see `withoutFormulas`.)
 */
export function escaped(text: unknown): string {
  return visible(String(text)).replace(/[&<>"'$]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Whether a value looks like a figure: its traces in a list, its layout an object. */
export function isFigure(value: unknown): value is Figure {
  const { data, layout } = (value ?? {}) as Partial<Figure>;
  return Array.isArray(data) && typeof layout === "object" && layout !== null;
}

/** What a reader without pictures gets: the title, and each trace's name, length and range. */
export function describeFigure({ data, layout }: Figure): string {
  const title = (layout.title as { text?: string } | undefined)?.text;
  const lines = data.map((trace) => {
    const points = [trace.z, trace.y, trace.median, trace.x].find((values) => Array.isArray(values)) as
      | unknown[]
      | undefined;
    const values = (points ?? []).flat().filter((value) => value !== null);
    const numbers = values.filter((value): value is number => typeof value === "number");
    const [low, high] = extent(numbers);
    const range =
      numbers.length > 0 ? `, from ${Number(low.toPrecision(6))} to ${Number(high.toPrecision(6))}` : "";
    const name = unescaped(String(trace.name ?? trace.type ?? "trace"));
    return `  ${name}: ${values.length} points${range}`;
  });
  return [`Figure: ${unescaped(title ?? "untitled")}`, ...lines].join("\n");
}

function unescaped(text: string): string {
  return text
    .replace(/<br>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
}
