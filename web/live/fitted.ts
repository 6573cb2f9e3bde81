/** The layout of a figure in the room that a page has for it, down to a phone's. */

/** What is read here of a trace. */
export interface Trace {
  name?: string;
  mode?: string;
  showlegend?: boolean;
}

type Part = Record<string, unknown>;

interface Title extends Part {
  text?: string;
  font?: Part;
  pad?: Part;
}

interface Axis extends Part {
  title?: Title;
  range?: [number, number];
}

/** A layout as plotly.js takes it. */
export interface Layout extends Part {
  width?: number;
  height?: number;
  title?: Title;
  margin?: Record<string, number>;
  font?: Part;
  legend?: Part;
  showlegend?: boolean;
  xaxis?: Axis;
  sliders?: (Part & { pad?: Part })[];
}

/** Pixels: a figure as wide as this takes the page's width, a smaller one keeps its own. */
export const usual = 720;

/** Pixels, below which there is less room for what stands around the drawing. */
const narrow = 560;

/**
 * The layout of a figure, as wide as there is room. On a phone a title goes on in further lines where it would be cut
 * off, a legend stands between title and drawing, and a slider below its button.
 */
export function fitted({ data, layout }: { data: readonly Trace[]; layout: Layout }, room: number): Layout {
  const { width = usual, ...rest } = layout;
  const wide = { ...rest, width: width >= usual || width > room ? room : width };
  if (room >= narrow) return wide;
  const { title, margin, legend, xaxis, sliders, height = 420 } = rest;
  const lines = title?.text === undefined ? [""] : wrapped(title.text, room / 7);
  const names = data.flatMap(({ name, showlegend }) => (name && showlegend !== false ? [name] : []));
  const hasLegend = rest.showlegend ?? names.length > 1;
  // What the figure has above its drawing is for a title of one line, and a legend of one.
  const top = margin?.t ?? 56;
  const more = Math.max(
    0,
    40 + 17 * (lines.length - 1) + 19 * (hasLegend ? legendRows(names, room) : 0) - top,
  );
  return {
    ...wide,
    height: height + more,
    margin: { ...margin, l: Math.min(margin?.l ?? 48, 48), r: 8, t: top + more },
    font: { ...rest.font, size: 11 },
    // From the page's edge: what stands left of the drawing may take half of the room.
    ...(title && {
      title: {
        ...title,
        ...{ text: lines.join("<br>"), x: 0, xref: "container" },
        font: { ...title.font, size: 13 },
        pad: { ...title.pad, l: 8 },
      },
    }),
    ...(hasLegend && { legend: { ...legend, ...above } }),
    ...(xaxis && { xaxis: narrower(xaxis, room, data) }),
    ...(sliders && {
      sliders: sliders.map((slider) => ({ ...slider, x: 0, len: 1, pad: { ...slider.pad, t: 48 } })),
    }),
  };
}

/** The place of a legend: between title and drawing. */
const above = { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", xref: "paper" };

/** How many rows a legend takes that has as many columns as its longest name allows. */
function legendRows(names: readonly string[], room: number): number {
  const parts = names.map((name) => name.split("<br>"));
  const widest = Math.max(0, ...parts.flat().map((line) => 6 * length(line) + 52));
  const further = Math.max(0, ...parts.map((lines) => lines.length - 1));
  return further + Math.ceil(names.length / Math.max(1, Math.floor((room - 56) / widest)));
}

/** An axis with its title in lines, and room for names beside the points, which are as long as ever. */
function narrower(axis: Axis, room: number, data: readonly Trace[]): Axis {
  const { title, range } = axis;
  const small: Axis = title?.text
    ? {
        ...axis,
        title: {
          ...title,
          text: wrapped(title.text, room / 16).join("<br>"),
          font: { ...title.font, size: 11 },
        },
      }
    : axis;
  if (!range || !data.some(({ mode }) => mode?.includes("text"))) return small;
  const more = 0.2 * (range[1] - range[0]);
  return { ...small, range: [range[0] - more, range[1] + more] };
}

/** A text in lines of about as many letters, cut between words. */
function wrapped(text: string, most: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line !== "" && length(`${line} ${word}`) > most) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

/** How many letters a text has; one that stands by its number, as data's do, is one. */
const length = (text: string): number => text.replace(/&#\d+;/g, "x").length;
