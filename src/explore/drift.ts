import { checkAllFinite, checkLength, checkOptions, checkSome, outOfRange } from "../base/check";
import { extent } from "../math/statistics";
import { type Groups, group, type Ratings } from "../ratings/ratings";
import { axis, colours, type Figure, figure } from "../show/figure";
import { band, bars, dots, line } from "../show/traces";
import { type Average, averageOf } from "./average";

/** The ratings of one month: how many, their mean in stars and its 95 % interval, none of which an empty month has. */
export interface MonthMean extends Omit<Average, "mean"> {
  /** The month in UTC: "1997-09". */
  month: string;
  mean?: number;
}

/**
 * Ratings month by month, from the first to the last, those without a rating among them: the rows of a table. The
 * interval is that of `averageOf`, which allows for a month's ratings being of a few users.
 *
 * @param times When each rating was given, in seconds since 1970, in the order of the ratings.
 * @throws RangeError for no ratings at all, times that are not one a rating, or a time that is not in seconds.
 */
export function monthlyMeans(ratings: Ratings, times: ArrayLike<number>): MonthMean[] {
  return meansOf(ratings, byMonth(ratings, times));
}

function meansOf(ratings: Ratings, { first, start, order }: Months): MonthMean[] {
  return Array.from({ length: start.length - 1 }, (_, k) => {
    const places = order.subarray(start[k], start[k + 1]);
    const month = nameOf(first + k);
    return places.length > 0 ? { month, ...averageOf(ratings, places) } : { month, ratings: 0 };
  });
}

/**
 * How ratings change as time goes: above, the mean of each month, below, the number of its ratings. A band is the
 * 95 % interval of the means: of the months while they are few; of more than three years, where months scatter, the
 * line and its band are those of the calendar years.
 *
 * @param times When each rating was given, in seconds since 1970, in the order of the ratings.
 * @throws RangeError as `monthlyMeans` does.
 */
export function driftCurve(
  ratings: Ratings,
  times: ArrayLike<number>,
  options: { title?: string } = {},
): Figure {
  checkOptions(options, ["title"]);
  const groups = byMonth(ratings, times);
  const months = meansOf(ratings, groups);
  const long = months.length > 36;
  const x = months.map(({ month }) => `${month}-15`);
  const years = long ? yearlyMeans(ratings, groups) : [];
  const drawn = long
    ? years.map((row) => ({ ...row, x: `${row.month.slice(0, 4)}-07-01` }))
    : months.map((row, k) => ({ ...row, x: x[k] }));
  const [first, last, next] = [0, months.length - 1, months.length].map((k) => nameOf(groups.first + k));
  const [, most] = extent(months.map(({ ratings }) => ratings));
  return figure(
    [
      band({
        name: "95 % interval",
        x: drawn.map(({ x }) => x),
        low: drawn.map(({ low }) => low),
        high: drawn.map(({ high }) => high),
        color: "rgba(0, 114, 178, 0.22)",
        showlegend: drawn.some(({ low }) => low !== undefined),
      }),
      dots({
        name: "month",
        x,
        y: months.map(({ mean }) => mean ?? null),
        style: {
          color: long ? colours.orange : colours.blue,
          opacity: long ? 0.6 : 1,
          line: { width: 0 },
          size: months.map(({ ratings }) => ratings),
          sizemode: "area",
          sizemin: 2,
          sizeref: (2 * most) / 144,
        },
        customdata: months.map(({ month, ratings }) => [month, ratings]),
        hover: "%{customdata[0]}: %{y:.2f} stars, of %{customdata[1]:,} ratings<extra></extra>",
      }),
      line({
        name: long ? "year" : "months",
        x: drawn.map(({ x }) => x),
        y: drawn.map(({ mean }) => mean ?? null),
        style: { color: colours.blue, width: 2.5 },
        hover: false,
        showlegend: long,
      }),
      bars({
        name: "ratings",
        x,
        y: months.map(({ ratings }) => ratings),
        color: colours.grey,
        width: 26 * 86_400_000,
        yaxis: "y2",
        showlegend: false,
        customdata: months.map(({ month }) => month),
        hover: "%{customdata}: %{y:,} ratings<extra></extra>",
      }),
    ],
    {
      title: options.title ?? `How the mean drifts, ${first === last ? first : `${first} to ${last}`}`,
      x: {
        title: "month",
        type: "date",
        anchor: "y2",
        range: [`${first}-01`, `${next}-01`],
        ...(months.length <= 8 && { dtick: "M1", tickformat: "%b %Y" }),
      },
      y: { title: "mean, in stars", domain: [0.4, 1] },
      yaxis2: axis({ title: "ratings", domain: [0, 0.32], separatethousands: true, exponentformat: "none" }),
      height: 500,
    },
  );
}

/** The means of the calendar years that have any ratings, each under the name of its first month. */
function yearlyMeans(ratings: Ratings, { first, start, order }: Months): MonthMean[] {
  const rows: MonthMean[] = [];
  for (let k = 0; k < start.length - 1; ) {
    const end = Math.min(start.length - 1, k + 12 - ((first + k) % 12));
    const places = order.subarray(start[k], start[end]);
    if (places.length > 0) rows.push({ month: nameOf(first + k), ...averageOf(ratings, places) });
    k = end;
  }
  return rows;
}

/** The places of each month's ratings, from the first month on. */
interface Months extends Groups {
  first: number;
}

function byMonth(ratings: Ratings, times: ArrayLike<number>): Months {
  checkSome("ratings", "rating", ratings.values);
  checkLength("times", times, ratings.values.length);
  checkAllFinite("times", times);
  const months = Int32Array.from(times, monthOf);
  const [first, last] = extent(months);
  const places = group(
    months.map((month) => month - first),
    last - first + 1,
  );
  return { first, ...places };
}

/** Times beyond this are surely not in seconds: the year 3000. */
const latest = Date.UTC(3000, 0) / 1000;

/** The number of a month: 12 a year, since the year 0. */
function monthOf(time: number, place: number): number {
  if (Math.abs(time) >= latest) {
    throw outOfRange("times", "seconds since 1970, before the year 3000", time, `entry ${place}`);
  }
  const date = new Date(time * 1000);
  return 12 * date.getUTCFullYear() + date.getUTCMonth();
}

const nameOf = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
