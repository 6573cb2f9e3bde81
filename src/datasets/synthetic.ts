/** Synthetic ratings of films: Zipf-distributed popularity, log-normal activity, tastes by genre. */
import { random } from "../math/random";
import { ratingsFromColumns } from "../ratings/build";
import type { Ratings } from "../ratings/ratings";
import { type Films, yearOf } from "./films";

/** The shape of a data set that a generated one takes. */
export interface Shape {
  numItems: number;
  numUsers: number;
  numRatings: number;
  /** The lowest rating, the highest, and the step between two, in stars. */
  scale: { min: number; max: number; step: number };
  /** Of the earliest and the latest film. */
  years: readonly [number, number];
}

/**
 * Ratings that nobody gave, in the shape of a real data set, for machines that have neither the data nor a
 * network. Few films get most ratings (Zipf), few users give most (log-normal); a rating is the global mean, the
 * film's quality, the user's bias, the user's liking of the film's genres and noise, in whole steps. The best
 * known come first, and are films that readers know, so that their own tastes meet something. A user gives all
 * ratings in one evening of the ten years up to the latest film.
 *
 * The same shape and seed give the same ratings.
 */
export function generateFilms(shape: Shape, seed = 0): Films {
  const source = random(seed);
  const { numItems, numUsers } = shape;
  const known = wellKnown.filter(
    ([title]) => yearOf(title) >= shape.years[0] && yearOf(title) <= shape.years[1],
  );
  const titles: string[] = [];
  const genres: string[][] = [];
  for (let item = 0; item < numItems; item++) {
    const [title, kinds] = known[item] ?? [];
    const year = shape.years[0] + source.below(shape.years[1] - shape.years[0] + 1);
    titles.push(title ?? `Generated film ${item + 1} (${year})`);
    genres.push(kinds?.split("|") ?? drawGenres(source.below, source.uniform));
  }

  const quality = Float64Array.from(
    { length: numItems },
    (_, item) => source.normal() * 0.4 + (item < known.length ? 0.4 : 0),
  );
  const popularity = cumulative(numItems, (item) => 1 / (item + 20));
  const shares = Float64Array.from({ length: numUsers }, () => Math.exp(source.normal() * 1.1));
  const counts = countsFrom(shares, shape);
  const items = new Int32Array(shape.numRatings);
  const users = new Int32Array(shape.numRatings);
  const values = new Float64Array(shape.numRatings);
  let place = 0;
  for (let user = 0; user < numUsers; user++) {
    const bias = source.normal() * 0.35;
    const taste = new Map(allGenres.map((genre) => [genre, source.normal() * 0.8]));
    const seen = new Set<number>();
    while (seen.size < counts[user]) {
      const item = search(popularity, source.uniform() * popularity[numItems - 1]);
      if (seen.has(item)) continue;
      seen.add(item);
      const liking =
        genres[item].reduce((sum, genre) => sum + taste.get(genre)!, 0) / Math.sqrt(genres[item].length);
      items[place] = item;
      users[place] = user;
      values[place++] = inSteps(3.3 + quality[item] + bias + liking + source.normal() * 0.7, shape.scale);
    }
  }
  const ids = (length: number) => Array.from({ length }, (_, k) => k + 1);
  const ratings = ratingsFromColumns(
    { items, users, values },
    { itemIds: ids(numItems), userIds: ids(numUsers) },
  );
  return { ratings, times: timesOf(ratings, shape, seed), titles, genres, generated: true };
}

/** An evening for each user, and a rating every ten seconds; drawn apart, so that they leave the ratings alone. */
function timesOf({ users, numUsers }: Ratings, { years }: Shape, seed: number): Float64Array {
  const source = random(seed + 0.5);
  const [from, to] = [Date.UTC(years[1] - 9, 0) / 1000, Date.UTC(years[1] + 1, 0) / 1000];
  const next = Float64Array.from({ length: numUsers }, () => from + source.below(to - from - 86_400));
  return Float64Array.from(users, (user) => (next[user] += 10));
}

function inSteps(value: number, { min, max, step }: Shape["scale"]): number {
  return Math.min(max, Math.max(min, Math.round(value / step) * step));
}

function cumulative(length: number, weight: (k: number) => number): Float64Array {
  const sums = new Float64Array(length);
  for (let k = 0, sum = 0; k < length; k++) sums[k] = sum += weight(k);
  return sums;
}

/** The first place whose sum is above `mark`. */
function search(sums: Float64Array, mark: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > mark) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many ratings each user gives: in proportion to the shares, a few at least, a third of all items at most. */
function countsFrom(shares: Float64Array, { numItems, numRatings }: Shape): Int32Array {
  const fewest = Math.min(5, Math.floor(numRatings / shares.length));
  const most = Math.floor(numItems / 3);
  const spare = numRatings - fewest * shares.length;
  const total = shares.reduce((sum, share) => sum + share, 0);
  const counts = Int32Array.from(shares, (share) =>
    Math.min(most, fewest + Math.floor((spare * share) / total)),
  );
  let left = numRatings - counts.reduce((sum, count) => sum + count, 0);
  for (let user = 0; left > 0; user = (user + 1) % counts.length) {
    if (counts[user] < most) {
      counts[user]++;
      left--;
    }
  }
  return counts;
}

function drawGenres(below: (n: number) => number, uniform: () => number): string[] {
  const drawn = new Set<string>();
  do drawn.add(allGenres[below(allGenres.length)]);
  while (drawn.size < 3 && uniform() < 0.5);
  return [...drawn];
}

const allGenres = [
  "Action",
  "Adventure",
  "Animation",
  "Children",
  "Comedy",
  "Crime",
  "Documentary",
  "Drama",
  "Fantasy",
  "Horror",
  "Musical",
  "Mystery",
  "Romance",
  "Sci-Fi",
  "Thriller",
  "War",
  "Western",
];

/** Films that most readers know, by title and genres. */
const wellKnown: readonly (readonly [title: string, genres: string])[] = [
  ["Matrix, The (1999)", "Action|Sci-Fi"],
  ["Toy Story (1995)", "Animation|Children|Comedy"],
  ["Titanic (1997)", "Drama|Romance"],
  ["Pulp Fiction (1994)", "Crime|Thriller"],
  ["Forrest Gump (1994)", "Comedy|Drama|Romance"],
  ["Shawshank Redemption, The (1994)", "Crime|Drama"],
  ["Star Wars: Episode IV - A New Hope (1977)", "Action|Adventure|Sci-Fi"],
  ["Jurassic Park (1993)", "Action|Adventure|Sci-Fi"],
  ["Lord of the Rings: The Fellowship of the Ring, The (2001)", "Adventure|Fantasy"],
  ["Inception (2010)", "Action|Sci-Fi|Thriller"],
  ["Shrek (2001)", "Animation|Children|Comedy"],
  ["Finding Nemo (2003)", "Animation|Children"],
  ["Silence of the Lambs, The (1991)", "Crime|Horror|Thriller"],
  ["Pretty Woman (1990)", "Comedy|Romance"],
  ["Terminator 2: Judgment Day (1991)", "Action|Sci-Fi"],
  ["Schindler's List (1993)", "Drama|War"],
  ["Lion King, The (1994)", "Animation|Children|Musical"],
  ["Fargo (1996)", "Crime|Thriller"],
  ["Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)", "Comedy|Romance"],
  ["Memento (2000)", "Mystery|Thriller"],
  ["Back to the Future (1985)", "Adventure|Comedy|Sci-Fi"],
  ["Alien (1979)", "Horror|Sci-Fi"],
  ["Notting Hill (1999)", "Comedy|Romance"],
  ["Gladiator (2000)", "Action|Drama"],
  ["Incredibles, The (2004)", "Action|Animation|Children"],
  ["Dark Knight, The (2008)", "Action|Crime"],
  ["Casablanca (1942)", "Drama|Romance"],
  ["Psycho (1960)", "Horror|Thriller"],
  ["Sleepless in Seattle (1993)", "Comedy|Romance"],
  ["Blade Runner (1982)", "Sci-Fi|Thriller"],
  ["Godfather, The (1972)", "Crime|Drama"],
  ["Saving Private Ryan (1998)", "Action|Drama|War"],
  ["WALL·E (2008)", "Animation|Romance|Sci-Fi"],
  ["Eternal Sunshine of the Spotless Mind (2004)", "Romance|Sci-Fi"],
  ["Pirates of the Caribbean: The Curse of the Black Pearl (2003)", "Action|Adventure|Fantasy"],
  ["Spirited Away (Sen to Chihiro no kamikakushi) (2001)", "Animation|Fantasy"],
  ["Shining, The (1980)", "Horror"],
  ["Die Hard (1988)", "Action|Thriller"],
  ["Mary Poppins (1964)", "Children|Comedy|Musical"],
  ["Unforgiven (1992)", "Drama|Western"],
];
