/** Full-text search over titles, tolerant of misspellings. */
import MiniSearch from "minisearch";
import { checkCount, checkOptions } from "../base/check";

/**
 * The titles that fit what somebody typed, the likeliest first: "shawshank redemtion" finds "Shawshank Redemption,
 * The (1994)". Capitals, accents, punctuation, articles, "of" and "and" do not matter; in a word of four letters and
 * more a quarter may be wrong, three letters at most; the last word may be the beginning of one; two words may be
 * written as one. A number, such as the year, puts those titles first that have it to the digit. Names in brackets,
 * "(a.k.a. Se7en)" or "(Cidade de Deus)", are searched too.
 *
 * The score is BM25+ over the words found, the main name counting double, and doubled again where that is all that was
 * typed; it ranks the matches of one search and means nothing beyond it. Of equal scores the lower item comes first.
 * Where nothing fits, the list is empty.
 *
 * The index is made at the first search of a list of titles and kept with it: the list is not to be changed later.
 *
 * @param options.count How many at most. @default 10
 */
export function searchTitles(
  titles: readonly string[],
  text: string,
  options: { count?: number } = {},
): { item: number; title: string; score: number }[] {
  checkOptions(options, ["count"]);
  const { count = 10 } = options;
  checkCount("count", count, 0);
  const wanted = words(text);
  const name = bare(text);
  return indexOf(titles)
    .search(wanted.join(" "), {
      prefix: (term, place, all) => place === all.length - 1 && term.length > 2,
      // One digit wrong is another year, another sequel.
      fuzzy: (term) => (/^\d+$/.test(term) || term.length < 4 ? false : 0.25),
      maxFuzzy: 3,
      boost: { name: 2, joined: 0.5 },
    })
    .map(({ id, score }) => ({
      item: id as number,
      title: titles[id],
      score: bare(partsOf(titles[id]).name) === name ? 2 * score : score,
    }))
    .sort((a, b) => b.score - a.score || a.item - b.item)
    .slice(0, count);
}

/**
 * The item with this title; capitals and accents do not matter, and a part of a title will do where only one has
 * it.
 *
 * @throws RangeError when no title fits, or several do: the message names the likeliest.
 */
export function itemTitled(titles: readonly string[], title: string): number {
  const exact = titles.indexOf(title);
  if (exact >= 0) return exact;
  const wanted = plain(title);
  const holding = [...titles.keys()].filter((item) => plain(titles[item]).includes(wanted));
  const same = [...titles.keys()].filter((item) => bare(titles[item]) === bare(title));
  if (same.length === 1) return same[0];
  if (holding.length === 1) return holding[0];
  const near =
    holding.length > 0
      ? holding.slice(0, 5).map((item) => titles[item])
      : searchTitles(titles, title, { count: 5 }).map(({ title: likely }) => likely);
  const names = near.map((likely) => JSON.stringify(likely));
  const rule =
    holding.length > 0 ? `title must fit one film, not ${holding.length}` : "title must be that of a film";
  throw new RangeError(
    `${rule}, got ${JSON.stringify(title)}${names.length ? `: ${names.join(", ")}?` : ""}`,
  );
}

/** Lower case, without accents and punctuation, one space between words. */
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[’'`]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** The same without the year and an article, which MovieLens puts last: "matrix" for "Matrix, The (1999)". */
const bare = (title: string): string =>
  plain(title)
    .replace(/ \d{4}$/, "")
    .replace(/^(the|a|an) | (the|a|an)$/g, "");

/** The words of a text, without those that half of all titles have unless there is nothing else. */
function words(text: string): string[] {
  const all = plain(text).split(" ");
  const telling = all.filter((word) => !/^(the|a|an|of|and)$/.test(word));
  return telling.length > 0 ? telling : all;
}

/** "Seven (a.k.a. Se7en) (1995)" in parts: its name, the names in brackets, and its year. */
function partsOf(title: string): { name: string; others: string; year: string } {
  const [, text, year = ""] = /^(.*?)\s*(?:\((\d{4})[^()]*\))?\s*$/s.exec(title)!;
  const others: string[] = [];
  const name = text.replace(/\((?:a\.?k\.?a\.?\s)?([^()]*)\)/gi, (_, other) => {
    others.push(other);
    return "";
  });
  return { name, others: others.join(" "), year };
}

function makeIndex(titles: readonly string[]): MiniSearch {
  const index = new MiniSearch({
    idField: "item",
    fields: ["name", "others", "year", "joined"],
    tokenize: (text) => text.split(" "),
    processTerm: (term) => term || null,
  });
  titles.forEach((title, item) => {
    const { name, others, year } = partsOf(title);
    const named = words(name);
    // "spiderman" is to find Spider-Man, and "starwars" Star Wars.
    const joined = named.slice(1).map((word, k) => named[k] + word);
    index.add({
      item,
      year,
      name: named.join(" "),
      others: words(others).join(" "),
      joined: joined.join(" "),
    });
  });
  return index;
}

const indexes = new WeakMap<readonly string[], MiniSearch>();

function indexOf(titles: readonly string[]): MiniSearch {
  const index = indexes.get(titles) ?? makeIndex(titles);
  indexes.set(titles, index);
  return index;
}
