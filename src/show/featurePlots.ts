import { checkCount, checkLength, checkOptions } from "../base/check";
import { extent } from "../math/statistics";
import { colours, escaped, type Figure, figure } from "./figure";
import { labelPlaces } from "./labelPlaces";
import { shortened } from "./text";
import { dots, line, type Trace } from "./traces";

/** Rows of features: a model, or any X with the number of its columns. The first two are drawn. */
export interface Features {
  /** Row-major, one row an item. */
  X: ArrayLike<number>;
  numFeatures: number;
}

export interface FeatureMapOptions {
  title?: string;
  /** The name of each item. @default none */
  labels?: readonly string[];
  /** The colour of each item, or of all. @default blue */
  colour?: string | readonly string[];
  /** What the two features are called. @default "feature 1" and "feature 2" */
  features?: readonly [string, string];
  /** Where the items should be, drawn hollow and joined to where they are. @default nothing */
  given?: ArrayLike<number>;
  /** The lowest and highest value of both axes. @default what the points need */
  range?: readonly [number, number];
}

const optionNames = ["title", "labels", "colour", "features", "given", "range"] as const;

/**
 * Items (or users) as points in the space of their first two features.
 *
 * @throws RangeError for fewer than two features, or values that are no whole number of rows.
 */
export function featureMap(features: Features, options: FeatureMapOptions = {}): Figure {
  checkOptions(options, optionNames);
  const bounds = boundsOf([features], options);
  return figure([items(features, options, bounds), ...goals(features, options)], {
    title: options.title ?? "The items in feature space",
    ...plane(options, bounds),
    showlegend: options.given !== undefined,
  });
}

/** One moment of a training. */
export interface Moment extends Features {
  iteration: number;
}

/**
 * The same while training runs: a frame for each moment, with a button that plays them and a slider. Where nothing
 * moves, in a still image, it shows the last moment, and the way of each point there.
 *
 * @throws RangeError for no moments at all, and as `featureMap` does.
 */
export function trainingAnimation(moments: readonly Moment[], options: FeatureMapOptions = {}): Figure {
  checkOptions(options, optionNames);
  if (moments.length === 0) throw new RangeError("moments must be at least one, got none");
  const bounds = boundsOf(moments, options);
  const last = moments[moments.length - 1];
  const nameOf = ({ iteration }: Moment) => `iteration ${iteration}`;
  const frames = moments.map((moment) => ({
    name: nameOf(moment),
    data: [items(moment, options, bounds)],
    traces: [0],
  }));
  const still = { mode: "immediate", frame: { duration: 0, redraw: false }, transition: { duration: 0 } };
  const moving = { fromcurrent: false, frame: { duration: 60, redraw: false }, transition: { duration: 40 } };
  return figure(
    [items(last, options, bounds), ...goals(last, options), ways(moments)],
    {
      title: options.title ?? "The items move as training runs",
      ...plane(options, bounds),
      height: 560,
      margin: { l: 64, r: 24, t: options.given ? 84 : 56, b: 140 },
      showlegend: options.given !== undefined,
      updatemenus: [
        {
          type: "buttons",
          showactive: false,
          x: 0,
          y: -0.22,
          xanchor: "left",
          yanchor: "top",
          buttons: [{ label: "▶ play", method: "animate", args: [null, moving] }],
        },
      ],
      sliders: [
        {
          x: 0.15,
          y: -0.2,
          len: 0.85,
          active: moments.length - 1,
          currentvalue: { prefix: "iteration " },
          steps: moments.map((moment) => ({
            label: String(moment.iteration),
            method: "animate",
            args: [[nameOf(moment)], still],
          })),
        },
      ],
    },
    frames,
  );
}

/** The size of the drawing without its margins, in pixels: about, since the axes' names take what they need. */
const drawing = { width: 550, height: 370 };

function plane({ features = ["feature 1", "feature 2"] }: FeatureMapOptions, bounds: Bounds) {
  return {
    x: { title: features[0], range: bounds.x },
    y: { title: features[1], range: bounds.y },
    width: 640,
    height: 480,
  };
}

interface Bounds {
  x: [number, number];
  y: [number, number];
}

/** What both axes must show: all points, and room for their labels. */
function boundsOf(all: readonly Features[], { range, given, labels }: FeatureMapOptions): Bounds {
  if (range) return { x: [...range], y: [...range] };
  const shown = given ? [...all, { X: given, numFeatures: all[0].numFeatures }] : all;
  const around = (feature: 0 | 1, room: number): [number, number] => {
    const [low, high] = extent(places.flatMap((place) => place[feature]));
    const pad = (high - low || 1) * room;
    return [low - pad, high + pad];
  };
  const places = shown.map(({ X, numFeatures }) => columns(X, numFeatures));
  return { x: around(0, labels ? 0.3 : 0.05), y: around(1, labels ? 0.12 : 0.05) };
}

function items(
  features: Features,
  { labels, colour = colours.blue }: FeatureMapOptions,
  bounds: Bounds,
): Trace {
  const [x, y] = columns(features.X, features.numFeatures);
  if (labels) checkLength("labels", labels, x.length);
  const part = (value: number, [low, high]: [number, number]) => (value - low) / (high - low);
  const across = x.map((value) => part(value, bounds.x) * drawing.width);
  const down = y.map((value) => (1 - part(value, bounds.y)) * drawing.height);
  return dots({
    name: "learned",
    x,
    y,
    style: { size: labels ? 12 : 7, color: colour },
    hover: "(%{x:.3f}, %{y:.3f})<extra></extra>",
    ...(labels && named(labels, across, down)),
  });
}

/** The longest label that is drawn whole, in letters. */
const longest = 40;

/** What labels add to the points: each beside its own, a long one shortened, and whole beside the pointer. */
function named(labels: readonly string[], across: number[], down: number[]): Partial<Trace> {
  const texts = labels.map(String);
  const short = texts.map((text) => shortened(text, longest));
  const cut = short.some((text, k) => text !== texts[k]);
  return {
    mode: "markers+text",
    text: short.map(escaped),
    textposition: labelPlaces(across, down, short, drawing),
    ...(cut && { customdata: texts.map(escaped) }),
    hover: `%{${cut ? "customdata" : "text"}}: (%{x:.3f}, %{y:.3f})<extra></extra>`,
  };
}

/** Where each point should be, if that is given, and the line from there to where it is. */
function goals({ X, numFeatures }: Features, { given, colour = colours.blue }: FeatureMapOptions): Trace[] {
  if (given === undefined) return [];
  checkLength("given", given, X.length);
  const [x, y] = columns(X, numFeatures);
  const [goalX, goalY] = columns(given, numFeatures);
  const between = (from: number[], to: number[]) => from.flatMap((start, k) => [start, to[k], null]);
  return [
    dots({
      name: "given",
      x: goalX,
      y: goalY,
      style: { size: 12, color: colour, symbol: "circle-open", line: { width: 2 } },
      hover: "given: (%{x:.3f}, %{y:.3f})<extra></extra>",
    }),
    line({
      x: between(goalX, x),
      y: between(goalY, y),
      style: { color: colours.grey, width: 1, dash: "dot" },
      hover: false,
      showlegend: false,
    }),
  ];
}

/** The way of each point through all moments, as one thin line. */
function ways(moments: readonly Moment[]): Trace {
  const places = moments.map(({ X, numFeatures }) => columns(X, numFeatures));
  const along = (axis: 0 | 1) =>
    places[0][axis].flatMap((_, item) => [...places.map((place) => place[axis][item]), null]);
  return line({
    x: along(0),
    y: along(1),
    style: { color: colours.grey, width: 1 },
    hover: false,
    opacity: 0.5,
    showlegend: false,
  });
}

function columns(values: ArrayLike<number>, numFeatures: number): [number[], number[]] {
  checkCount("numFeatures", numFeatures, 2);
  if (values.length % numFeatures !== 0) {
    throw new RangeError(`X must be rows of ${numFeatures}, got ${values.length} numbers`);
  }
  const column = (feature: number) =>
    Array.from({ length: values.length / numFeatures }, (_, k) => values[k * numFeatures + feature]);
  return [column(0), column(1)];
}
