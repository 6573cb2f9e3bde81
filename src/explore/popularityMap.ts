import { checkOptions } from "../base/check";
import { clipper, extent, mean, type Range } from "../math/statistics";
import type { Ratings } from "../ratings/ratings";
import { axis, colours, escaped, type Figure, figure, logAxis } from "../show/figure";
import { band, dots, type Trace } from "../show/traces";
import { width95 } from "./average";
import { type ItemMean, type ItemSpread, itemMeans, itemSpread } from "./itemMeans";

/**
 * The mean of an item over the number of its ratings, which is on a logarithmic axis: on the left as rated, on the
 * right shrunk by the damping of `itemSpread`. The grey funnel holds 95 % of the items if all were equally good, and
 * chance alone made their means differ. Items that lie together are drawn as one circle, the larger the more they
 * are, whose hover names some of them.
 *
 * @param options.labels What the items are called. @default their ids
 * @throws RangeError as `itemMeans` does.
 */
export function popularityMap(
  ratings: Ratings,
  options: { labels?: readonly string[]; title?: string } = {},
): Figure {
  checkOptions(options, ["labels", "title"]);
  const { title = "The fewer its ratings, the less an item's mean says", ...rest } = options;
  const means = itemMeans(ratings, rest);
  const spread = itemSpread(ratings);
  const scale = extent(ratings.values);
  const [, most] = extent(means.map(({ ratings }) => ratings));
  const step = (scale[1] - scale[0] || 1) / steps;
  const panels = [circlesOf(means, step, ({ mean }) => mean), circlesOf(means, step, ({ shrunk }) => shrunk)];
  const counts = logAxis("ratings of the item", [1, most]);
  const damping = Number.isFinite(spread.damping) ? Number(spread.damping.toPrecision(2)) : "∞";
  const heading = (x: number, text: string) => ({
    text,
    showarrow: false,
    x,
    xref: "paper",
    xanchor: "left",
    y: 1.01,
    yref: "paper",
    yanchor: "bottom",
  });
  return figure(
    [
      funnel(spread, scale, most),
      circleTrace(panels[0], { name: "as rated" }),
      circleTrace(panels[1], { name: "shrunk", xaxis: "x2" }),
    ],
    {
      title,
      x: { ...counts, domain: [0, 0.49] },
      y: { title: "mean, in stars" },
      xaxis2: axis({ ...counts, domain: [0.51, 1] }),
      annotations: [
        heading(0, "as rated; grey: 95 % by chance alone"),
        heading(0.51, `drawn towards the mean of all: damping ${damping}`),
      ],
      showlegend: false,
      margin: { l: 64, r: 24, t: 78, b: 56 },
      height: 480,
    },
  );
}

/** Into how many steps the scale of the means is parted to find the items that lie together. */
const steps = 30;

/** Where the mean of an item lies in 95 of 100 cases if its true mean is that of all. */
function funnel({ mean, within }: ItemSpread, scale: Range, most: number): Trace {
  const counts = Array.from({ length: 61 }, (_, k) => most ** (k / 60));
  const clip = clipper(scale);
  const at = (side: number) =>
    counts.map((count) => clip(mean + (side * width95 * within) / Math.sqrt(count)));
  return band({
    name: "95 % by chance alone",
    x: counts,
    low: at(-1),
    high: at(1),
    color: "rgba(128, 128, 128, 0.2)",
  });
}

/** Items that lie together: with nearly as many ratings, and nearly the same mean. */
interface Circle {
  items: ItemMean[];
  x: number;
  y: number;
}

function circlesOf(means: readonly ItemMean[], step: number, heightOf: (row: ItemMean) => number): Circle[] {
  const cells = new Map<string, ItemMean[]>();
  for (const row of means) {
    // Up to six ratings each number has a column of its own; beyond, four columns make a factor of two.
    const column = row.ratings <= 6 ? row.ratings : 7 + Math.floor(4 * Math.log2(row.ratings / 7));
    const key = `${column} ${Math.round(heightOf(row) / step)}`;
    const cell = cells.get(key);
    if (cell) cell.push(row);
    else cells.set(key, [row]);
  }
  return [...cells.values()].map((items) => {
    const x = Math.exp(mean(items.map(({ ratings }) => Math.log(ratings))));
    return { items, x, y: mean(items.map(heightOf)) };
  });
}

function circleTrace(circles: readonly Circle[], panel: { name: string; xaxis?: string }): Trace {
  // Few circles may be large. They grow slowly: a thousand items must hide nothing, and one must be seen.
  const smallest = Math.min(9, Math.max(3.2, 60 / Math.sqrt(circles.length)));
  const width = ({ items }: Circle) => Math.min(20, smallest * items.length ** 0.3);
  return dots({
    x: circles.map(({ x }) => x),
    y: circles.map(({ y }) => y),
    style: { color: colours.blue, opacity: 0.55, line: { width: 0 }, size: circles.map(width) },
    text: circles.map(({ items }) => namesOf(items)),
    hover: "%{text}<extra></extra>",
    ...panel,
  });
}

/** The most rated of some items, each on its line. */
function namesOf(items: readonly ItemMean[]): string {
  const lines = [...items]
    .sort((a, b) => b.ratings - a.ratings)
    .slice(0, 3)
    .map(({ item, ratings, mean, low, high, shrunk }) => {
      const [own, from, to, drawn] = [mean, low, high, shrunk].map((stars) => stars.toFixed(2));
      return `${escaped(String(item))}: ${own} (${from} to ${to}), shrunk ${drawn}, ratings: ${ratings}`;
    });
  const more = items.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more.toLocaleString("en")} more`] : [])].join("<br>");
}
