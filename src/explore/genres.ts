import { checkLength, checkOptions, checkSome } from "../base/check";
import { mean } from "../math/statistics";
import { byItem, type Ratings } from "../ratings/ratings";
import { axis, colours, escaped, type Figure, figure } from "../show/figure";
import { shortened } from "../show/text";
import { bars, dots } from "../show/traces";
import { type Average, averageOf } from "./average";

/** One genre: its films, their ratings, the mean of those in stars and its 95 % interval. */
export interface GenreMean extends Average {
  genre: string;
  /** How many films are of this genre, those that nobody rated among them. */
  films: number;
}

/** What films are called that are of no genre. */
const none = "(no genre)";

/** The longest name of a genre that leaves room for the chart, in letters. */
const longest = 24;

/**
 * Ratings by genre, that with the most first: the rows of a table. A film of several genres counts in each. The
 * interval is that of `averageOf`: it allows for a genre's being few films, or seen by few. A genre without a rating
 * is left out.
 *
 * @param genres The genres of each item, by index.
 * @throws RangeError for no ratings at all, or genres that are not a list for each item.
 */
export function genreMeans(ratings: Ratings, genres: readonly (readonly string[])[]): GenreMean[] {
  checkSome("ratings", "rating", ratings.values);
  checkLength("genres", genres, ratings.numItems);
  const itemsOf = new Map<string, number[]>();
  genres.forEach((names, item) => {
    for (const name of names.length > 0 ? new Set(names) : [none]) {
      const items = itemsOf.get(name);
      if (items) items.push(item);
      else itemsOf.set(name, [item]);
    }
  });
  const { start, order } = byItem(ratings);
  return [...itemsOf]
    .map(([genre, items]) => {
      const places = new Int32Array(items.reduce((sum, item) => sum + start[item + 1] - start[item], 0));
      let filled = 0;
      for (const item of items) {
        places.set(order.subarray(start[item], start[item + 1]), filled);
        filled += start[item + 1] - start[item];
      }
      return { genre, films: items.length, places };
    })
    .filter(({ places }) => places.length > 0)
    .map(({ genre, films, places }) => ({ genre, films, ...averageOf(ratings, places) }))
    .sort((a, b) => b.ratings - a.ratings);
}

/**
 * The genres, the best liked on top: on the left the mean of each with its 95 % interval, beside the mean of all
 * ratings; on the right the number of its ratings.
 *
 * @param genres The genres of each item, by index.
 * @throws RangeError as `genreMeans` does.
 */
export function genreChart(
  ratings: Ratings,
  genres: readonly (readonly string[])[],
  options: { title?: string } = {},
): Figure {
  checkOptions(options, ["title"]);
  const rows = genreMeans(ratings, genres).sort((a, b) => a.mean - b.mean);
  const y = rows.map(({ genre }) => escaped(genre));
  const overall = mean(ratings.values);
  return figure(
    [
      dots({
        name: "mean and 95 % interval",
        x: rows.map(({ mean }) => mean),
        y,
        style: { color: colours.blue, size: 8 },
        error_x: {
          type: "data",
          array: rows.map(({ mean, high }) => (high === undefined ? 0 : high - mean)),
          color: colours.blue,
          thickness: 1.5,
          width: 0,
        },
        customdata: rows.map(({ films, ratings }) => [films, ratings]),
        hover:
          "%{y}: %{x:.2f} stars<br>%{customdata[1]:,} ratings of %{customdata[0]:,} films<extra></extra>",
      }),
      bars({
        name: "ratings",
        orientation: "h",
        xaxis: "x2",
        showlegend: false,
        x: rows.map(({ ratings }) => ratings),
        y,
        color: colours.grey,
        customdata: rows.map(({ films }) => films),
        hover: "%{y}: %{x:,} ratings of %{customdata:,} films<extra></extra>",
      }),
    ],
    {
      title: options.title ?? "How the genres are liked, and how much they are rated",
      x: { title: "mean, in stars", domain: [0, 0.62] },
      y: {
        title: "",
        type: "category",
        range: [-0.7, rows.length - 0.3],
        tickvals: y,
        ticktext: rows.map(({ genre }) => escaped(shortened(genre, longest))),
      },
      xaxis2: axis({
        title: "ratings",
        domain: [0.68, 1],
        separatethousands: true,
        exponentformat: "none",
        nticks: 4,
        tickangle: 0,
      }),
      shapes: [
        {
          type: "line",
          x0: overall,
          x1: overall,
          y0: 0,
          y1: 1,
          yref: "paper",
          line: { color: colours.vermilion, width: 2, dash: "dash" },
        },
      ],
      annotations: [
        {
          x: overall,
          y: 1,
          yref: "paper",
          yanchor: "bottom",
          showarrow: false,
          text: `all ratings: ${overall.toFixed(2)}`,
          font: { color: colours.vermilion },
        },
      ],
      showlegend: false,
      bargap: 0.35,
      height: 150 + 22 * rows.length,
    },
  );
}
