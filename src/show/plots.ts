import { checkAllFinite, checkOptions, checkSome } from "../base/check";
import { extent } from "../math/statistics";
import { byItem, byUser, type Groups, type Ratings } from "../ratings/ratings";
import { escaped, type Figure, figure } from "./figure";
import { shortened } from "./text";
import { line } from "./traces";

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
  checkOptions(options, ["title"]);
  const curves = Object.entries(isList(history) ? { cost: history } : history);
  for (const [name, costs] of curves) {
    if (costs.length === 0) throw new RangeError(`history must hold at least one cost, got none (${name})`);
    checkAllFinite("cost", costs);
  }
  checkSome("history", "curve", curves);
  const [low, high] = extent(curves.flatMap(([, costs]) => extent(Array.from(costs))));
  const logarithmic = low > 0 && high > 20 * low;
  return figure(
    curves.map(([name, costs], k) =>
      line({
        name: escaped(name),
        y: Array.from(costs),
        // Dashes tell the curves apart where colours do not, and let one be seen that lies under another.
        style: { width: 2.5, dash: ["solid", "dash", "dot", "dashdot"][k % 4] },
        hover: "iteration %{x}: J = %{y:.6g}",
      }),
    ),
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
      showlegend: curves.length > 1,
    },
  );
}

/** A curve called "length" is a curve; the length of a list is a number. */
const isList = (history: ArrayLike<number> | Record<string, ArrayLike<number>>) =>
  typeof history.length === "number";

/** The most rows or columns that a heat map draws; more would be thinner than a line. */
const mostCells = 100;

/** The longest names of items and of users that leave room for the picture, in letters. */
const longest = { item: 30, user: 16 };

/**
 * The rating matrix as a picture: a row an item, a column a user, a colour a rating, and nothing where unrated.
 * Of a matrix too large to draw, items and users are taken evenly from the most rated to the least. Long names are
 * shortened at the axes, and whole beside the pointer.
 */
export function ratingsHeatmap(ratings: Ratings, options: { title?: string } = {}): Figure {
  checkOptions(options, ["title"]);
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
  // What was normalized has many digits, of which three have room.
  const long = ratings.values.some((value) => Number(value.toFixed(2)) !== value);
  const number = long ? "%{z:.3~r}" : "%{z}";
  const small = rows.length <= 20 && columns.length <= 20;
  const whole = rows.length === ratings.numItems && columns.length === ratings.numUsers;
  const part = whole
    ? ""
    : ` (${rows.length} × ${columns.length} of ${ratings.numItems} × ${ratings.numUsers})`;
  const items = names(ratings.itemIds, rows, longest.item);
  const users = names(ratings.userIds, columns, longest.user);
  return figure(
    [
      {
        type: "heatmap",
        z,
        ...(small ? { x: users.whole, y: items.whole } : {}),
        ...(small ? { texttemplate: number, textfont: { size: 14 }, xgap: 3, ygap: 3 } : {}),
        colorscale: "Viridis",
        colorbar: { title: { text: "stars", side: "right" }, thickness: 12, outlinewidth: 0 },
        hoverongaps: false,
        hovertemplate: `item %{y}<br>user %{x}<br>${number} stars<extra></extra>`,
      },
    ],
    {
      title: options.title ?? `Who rated what${part}; blank: not rated`,
      x: {
        title: small ? "" : "users, the busiest first",
        side: "bottom",
        showgrid: false,
        type: small ? "category" : "-",
        ...(small && users.marks),
      },
      y: {
        title: small ? "" : "items, the most rated first",
        autorange: "reversed",
        showgrid: false,
        type: small ? "category" : "-",
        ...(small && items.marks),
      },
      ...(small ? { height: 140 + 48 * rows.length } : { height: 560 }),
    },
  );
}

/** What some rows or columns are called, and the marks of an axis where a name is too long for it. */
function names(ids: Ratings["itemIds"], kept: number[], most: number) {
  const texts = kept.map((k) => String(ids[k]));
  const short = texts.map((text) => shortened(text, most));
  const whole = texts.map(escaped);
  const fits = texts.every((text, k) => text === short[k]);
  return { whole, marks: fits ? {} : { tickvals: whole, ticktext: short.map(escaped) } };
}

/** At most `mostCells` of the groups, all of them in their own order where they are few. */
function evenly({ start }: Groups, length: number): number[] {
  const all = Array.from({ length }, (_, k) => k);
  if (length <= mostCells) return all;
  const size = (k: number) => start[k + 1] - start[k];
  all.sort((a, b) => size(b) - size(a) || a - b);
  return Array.from({ length: mostCells }, (_, k) => all[Math.floor((k * length) / mostCells)]);
}
