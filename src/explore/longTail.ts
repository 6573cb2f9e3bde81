import { checkOptions, checkSome } from "../base/check";
import { countByItem, countByUser } from "../ratings/counts";
import type { Ratings } from "../ratings/ratings";
import { colours, type Figure, figure, logAxis } from "../show/figure";
import { line, type Trace } from "../show/traces";

/**
 * How unevenly ratings are spread: the share of the items with at least n ratings over n, and the share of the users
 * who gave at least n, both axes logarithmic. A line that is nearly straight is a long tail. (It is one less the
 * cumulative distribution; those without any rating are in the shares, though not in the picture.)
 *
 * @param options.title @default how few items, and how few users, half of the ratings are of
 * @throws RangeError for no ratings at all.
 */
export function longTail(ratings: Ratings, options: { title?: string } = {}): Figure {
  checkOptions(options, ["title"]);
  checkSome("ratings", "rating", ratings.values);
  const ofItems = countByItem(ratings).sort();
  const ofUsers = countByUser(ratings).sort();
  const most = Math.max(ofItems[ofItems.length - 1], ofUsers[ofUsers.length - 1]);
  // The share of those that have the most.
  const shareOfMost = (sorted: Int32Array) =>
    sorted.filter((count) => count === sorted[sorted.length - 1]).length / sorted.length;
  const least = Math.min(shareOfMost(ofItems), shareOfMost(ofUsers));
  const half = (sorted: Int32Array) => percent(holdersOfHalf(sorted, ratings.values.length) / sorted.length);
  return figure(
    [tail("items", ofItems, colours.blue, "solid"), tail("users", ofUsers, colours.vermilion, "dash")],
    {
      title:
        options.title ??
        `Half of the ratings: of ${half(ofItems)} of the items, by ${half(ofUsers)} of the users`,
      x: logAxis("ratings n", [1, most]),
      y: { ...logAxis("share with n ratings or more", [least, 1]), tickformat: "~%" },
    },
  );
}

function tail(name: string, sorted: Int32Array, color: string, dash: string): Trace {
  const x: number[] = [];
  const having: number[] = [];
  for (let k = sorted.length - 1; k >= 0 && sorted[k] > 0; k--) {
    if (k > 0 && sorted[k - 1] === sorted[k]) continue;
    x.push(sorted[k]);
    having.push(sorted.length - k);
  }
  x.reverse();
  having.reverse();
  return line({
    name,
    x,
    y: having.map((count) => count / sorted.length),
    style: { color, dash, width: 2.5, shape: "vh" },
    customdata: having,
    hover: `%{x:,} ratings or more: %{y:.3~p} (%{customdata:,} ${name})<extra></extra>`,
  });
}

/** How many of the counts, the highest first, make up half of their sum. */
function holdersOfHalf(sorted: Int32Array, sum: number): number {
  let left = sum / 2;
  let holders = 0;
  while (left > 0) left -= sorted[sorted.length - ++holders];
  return holders;
}

const percent = (part: number) => `${Number((100 * part).toPrecision(2))} %`;
