import { checkAllFinite } from "../base/check";
import { byItem, byUser, type Groups, type Ratings } from "../ratings/ratings";
import { colours, escaped, type Figure, figure } from "./figure";

/**
 * The cost over the iterations of training, one curve or several by name, the cost on a logarithmic axis where it
 * falls by more than a factor of 20.
 *
 * @throws RangeError for a cost that is not finite, or an empty history.
 */
export function costCurve(
  history: ArrayLike<number> | Record<string, ArrayLike<number>>,
  options: { title?: string } = {},
): Figure {
  const curves: Record<string, ArrayLike<number>> = "length" in history
    ? { cost: history as ArrayLike<number> }
    : history;
  let low = Infinity;
  let high = 0;
  for (const [name, costs] of Object.entries(curves)) {
    if (costs.length === 0) throw new RangeError(`history must hold at least one cost, got none (${name})`);
    checkAllFinite("cost", costs);
    for (const J of Array.from(costs)) {
      low = Math.min(low, J);
      high = Math.max(high, J);
    }
  }
  const logarithmic = low > 0 && high > 20 * low;
  return figure(
    Object.entries(curves).map(([name, costs], k) => ({
      ...{ type: "scatter", mode: "lines", name: escaped(name) },
      // Dashes tell the curves apart where colours do not, and let one be seen that lies under another.
      line: { width: 2.5, dash: ["solid", "dash", "dot", "dashdot"][k % 4] },
      y: Array.from(costs),
      hovertemplate: "iteration %{x}: J = %{y:.6g}",
    })),
    {
      title: options.title ?? "The cost falls as training runs",
      x: { title: "iteration" },
      y: {
        title: logarithmic ? "cost J (logarithmic)" : "cost J",
        type: logarithmic ? "log" : "linear",
        ...(logarithmic
          ? { exponentformat: "power", dtick: 1 }
          : { exponentformat: "none", separatethousands: true }),
      },
      showlegend: Object.keys(curves).length > 1,
    },
  );
}

/** The most rows or columns that a heat map draws; more would be thinner than a line. */
const mostCells = 100;

/**
 * The rating matrix as a picture: a row an item, a column a user, a colour a rating, and nothing where unrated.
 * Of a matrix too large to draw, items and users are taken evenly from the most rated to the least.
 */
export function ratingsHeatmap(ratings: Ratings, options: { title?: string } = {}): Figure {
  const rows = evenly(byItem(ratings), ratings.numItems);
  const columns = evenly(byUser(ratings), ratings.numUsers);
  const rowOf = new Map(rows.map((item, k) => [item, k]));
  const columnOf = new Map(columns.map((user, k) => [user, k]));
  const z: (number | null)[][] = rows.map(() => columns.map(() => null));
  ratings.values.forEach((value, k) => {
    const row = rowOf.get(ratings.items[k]);
    const column = columnOf.get(ratings.users[k]);
    if (row !== undefined && column !== undefined) z[row][column] = value;
  });
  const small = rows.length <= 20 && columns.length <= 20;
  const whole = rows.length === ratings.numItems && columns.length === ratings.numUsers;
  const part = whole
    ? ""
    : ` (${rows.length} × ${columns.length} of ${ratings.numItems} × ${ratings.numUsers})`;
  const names = (ids: Ratings["itemIds"], kept: number[]) => kept.map((k) => escaped(String(ids[k])));
  return figure(
    [
      {
        type: "heatmap",
        z,
        ...(small ? { x: names(ratings.userIds, columns), y: names(ratings.itemIds, rows) } : {}),
        ...(small ? { texttemplate: "%{z}", textfont: { size: 14 }, xgap: 3, ygap: 3 } : {}),
        colorscale: "Viridis",
        colorbar: { title: { text: "stars", side: "right" }, thickness: 12, outlinewidth: 0 },
        hoverongaps: false,
        hovertemplate: "item %{y}<br>user %{x}<br>%{z} stars<extra></extra>",
      },
    ],
    {
      title: options.title ?? `Who rated what${part}; blank: not rated`,
      x: {
        title: small ? "" : "users, the busiest first",
        side: "bottom",
        showgrid: false,
        type: small ? "category" : "-",
      },
      y: {
        title: small ? "" : "items, the most rated first",
        autorange: "reversed",
        showgrid: false,
        type: small ? "category" : "-",
      },
      ...(small ? { height: 140 + 48 * rows.length } : { height: 560 }),
    },
  );
}

/** How many ratings there are of each value. */
export function ratingHistogram(ratings: Ratings, options: { title?: string } = {}): Figure {
  const counts = new Map<number, number>();
  for (const value of ratings.values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const stars = [...counts.keys()].sort((a, b) => a - b);
  return figure(
    [
      {
        type: "bar",
        name: "ratings",
        x: stars,
        y: stars.map((value) => counts.get(value)!),
        marker: { color: colours.blue },
        hovertemplate: "%{x} stars: %{y} ratings<extra></extra>",
      },
    ],
    {
      title: options.title ?? `How the ${ratings.values.length.toLocaleString("en")} ratings are spread`,
      x: { title: "rating, in stars", ...(stars.length <= 11 ? { tickvals: stars } : {}) },
      y: { title: "number of ratings" },
      bargap: 0.15,
    },
  );
}

/** At most `mostCells` of the groups, all of them in their own order where they are few. */
function evenly({ start }: Groups, length: number): number[] {
  const all = Array.from({ length }, (_, k) => k);
  if (length <= mostCells) return all;
  const size = (k: number) => start[k + 1] - start[k];
  all.sort((a, b) => size(b) - size(a) || a - b);
  return Array.from({ length: mostCells }, (_, k) => all[Math.floor((k * length) / mostCells)]);
}
