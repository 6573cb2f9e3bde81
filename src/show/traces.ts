import { colours } from "./figure";

/** The four kinds of trace of which the charts are made, in the terms of plotly.js. */
export type Trace = Record<string, unknown>;

type Values = readonly (number | string | null)[];

/** What the four have in common; whatever else plotly knows of a trace goes along as it is. */
interface Points extends Trace {
  name?: string;
  x?: Values;
  y: Values;
  /** What stands beside the pointer: plotly's template, or false for nothing. @default plotly's own words */
  hover?: string | false;
}

/**
 * A line through points in their order, with a gap where one is null.
 *
 * @param options.style Its colour, width, dash and shape. @default two pixels wide
 */
export function line({ style, ...points }: Points & { style?: Trace }): Trace {
  return trace({ type: "scatter", mode: "lines", line: { width: 2, ...style } }, points);
}

/**
 * Points, each a dot.
 *
 * @param options.style Their colour, size, symbol and opacity, for all or for each.
 */
export function dots({ style, ...points }: Points & { style?: Trace }): Trace {
  return trace({ type: "scatter", mode: "markers", marker: style }, points);
}

/** Bars from zero. @param options.color @default blue */
export function bars({ color = colours.blue, ...points }: Points & { color?: string }): Trace {
  return trace({ type: "bar", marker: { color } }, points);
}

/**
 * The area between two lines over the same x, without an edge; it has a gap where either line has none.
 *
 * @param options.color Half transparent, for the lines show through.
 */
export function band({ x, low, high, color, ...rest }: Band): Trace {
  const outline: { x: (number | string | null)[]; y: (number | null)[] } = { x: [], y: [] };
  for (let k = 0; k < x.length; k++) {
    const from = k;
    while (k < x.length && typeof low[k] === "number" && typeof high[k] === "number") k++;
    if (k === from) continue;
    // There along the upper line, and back along the lower one.
    for (let there = from; there < k; there++) add(x[there], high[there]!);
    for (let back = k - 1; back >= from; back--) add(x[back], low[back]!);
    if (k < x.length) add(null, null);
  }
  return trace(
    { type: "scatter", mode: "lines", fill: "toself", fillcolor: color, line: { width: 0 } },
    { hover: false, ...rest, ...outline },
  );

  function add(atX: number | string | null, atY: number | null): void {
    outline.x.push(atX);
    outline.y.push(atY);
  }
}

interface Band extends Trace {
  name: string;
  x: readonly (number | string)[];
  low: readonly (number | null | undefined)[];
  high: readonly (number | null | undefined)[];
  color: string;
}

function trace(kind: Trace, { hover, ...points }: Points): Trace {
  const said = hover === undefined ? {} : hover === false ? { hoverinfo: "skip" } : { hovertemplate: hover };
  return { ...kind, ...said, ...points };
}
