/** Full-text search over titles, tolerant of misspellings. */
import MiniSearch from "minisearch";
import { checkCount, checkOptions, checkText } from "../base/check";

/**
 * The titles that fit what somebody typed, the likeliest first: "shawshank redemtion" finds "Shawshank Redemption,
 * The (1994)". Capitals, accents, punctuation, articles, "of" and "and" do not matter; in a word of four letters and
 * more a quarter may be wrong, three letters at most; the last word may be the beginning of one; two words may be
 * written as one. A number, such as the year, puts those titles first that have it to the digit. Names in brackets,
 * "(a.k.a. Se7en)" or "(Cidade de Deus)", are searched too. Where a script has no spaces between words (Chinese,
 * Japanese, Thai), and in Korean, any two letters in a row are found. What fits no words is looked for as a part of a
 * title.
 *
 * The score is BM25+ over the words found, the main name counting double, and doubled again where that is all that was
 * typed; it ranks the matches of one search and means nothing beyond it. Of equal scores the lower item comes first.
 * Where nothing fits, the list is empty. A title that is absent, undefined or empty, is never found.
 *
 * The index is made at the first search of a list of titles and kept with it: the list is not to be changed later.
 *
 * @param options.count How many at most. @default 10
 * @throws TypeError for a text that is none.
 */
export function searchTitles(
  titles: readonly (string | undefined)[],
  text: string,
  options: { count?: number } = {},
): { item: number; title: string; score: number }[] {
  checkOptions(options, ["count"]);
  checkText("text", text);
  const { count = 10 } = options;
  checkCount("count", count, 0);
  const name = bare(text);
  const found = indexOf(titles)
    .search([...new Set(words(text))].join(" "), {
      prefix: (term, place, all) => place === all.length - 1 && term.length > 2,
      // One digit wrong is another year, another sequel. No word is so long: the time grows with the length squared.
      fuzzy: (term) => (/^\d+$/.test(term) || term.length < 4 || term.length > longestWord ? false : 0.25),
      maxFuzzy: 3,
      boost: { name: 2, joined: 0.5 },
    })
    .map(({ id, score }) => {
      const title = titles[id]!;
      return { item: id as number, title, score: bare(partsOf(title).name) === name ? 2 * score : score };
    });
  return (found.length > 0 ? found : holding(titles, text))
    .sort((a, b) => b.score - a.score || a.item - b.item)
    .slice(0, count);
}

/** The longest word in which letters may be wrong. */
const longestWord = 60;

/** The titles of which the text is a part; the more of a title it is, the higher its score. */
function holding(titles: readonly (string | undefined)[], text: string) {
  const part = plain(text);
  const found: { item: number; title: string; score: number }[] = [];
  if (part === "") return found;
  titles.forEach((title, item) => {
    const whole = title ? plain(title) : "";
    if (whole.includes(part)) found.push({ item, title: title!, score: part.length / whole.length });
  });
  return found;
}

/**
 * The item with this title; capitals and accents do not matter, and a part of a title will do where only one has
 * it.
 *
 * @throws RangeError when no title fits, or several do: the message names the likeliest. TypeError for a title that is
 * no text.
 */
export function itemTitled(titles: readonly (string | undefined)[], title: string): number {
  checkText("title", title);
  const exact = title === "" ? -1 : titles.indexOf(title);
  if (exact >= 0) return exact;
  const name = bare(title);
  const same = [...titles.keys()].filter((item) => name !== "" && bare(titles[item] ?? "") === name);
  if (same.length === 1) return same[0];
  const fitting = holding(titles, title);
  if (fitting.length === 1) return fitting[0].item;
  const near = fitting.length > 0 ? fitting.slice(0, 5) : searchTitles(titles, title, { count: 5 });
  const names = near.map((likely) => JSON.stringify(likely.title));
  const rule =
    fitting.length > 0 ? `title must fit one film, not ${fitting.length}` : "title must be that of a film";
  throw new RangeError(
    `${rule}, got ${JSON.stringify(title)}${names.length ? `: ${names.join(", ")}?` : ""}`,
  );
}

/** Marks over and under letters of scripts in which a letter with one is found without it. (й is no и.) */
const accents = /(?<=[\p{scx=Latin}\p{scx=Greek}])\p{M}+|(?<=\p{scx=Cyrillic})(?!\u0306)\p{M}+/gu;

/** Lower case, without accents and punctuation, one space between words; of nothing but signs, those. */
function plain(text: string): string {
  const letters = text.normalize("NFD").replace(accents, "").normalize("NFC").toLowerCase();
  return (
    letters
      .replace(/[’'`]/g, "")
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
      .trim() || letters.replace(/\s+/g, " ").trim()
  );
}

/** The same without the year and an article, which MovieLens puts last: "matrix" for "Matrix, The (1999)". */
const bare = (title: string): string =>
  plain(title)
    .replace(/ \d{4}$/, "")
    .replace(/^(the|a|an) | (the|a|an)$/g, "");

/** A run of letters of scripts whose words are not set apart by spaces, or grow endings as Korean's do. */
const unspaced =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]+/gu;

/**
 * The words of a text, without those that half of all titles have unless there is nothing else. A run without spaces
 * is every two letters in a row of it, as search engines take Chinese, Japanese and Korean apart: 霸王, 王别, 别姬.
 */
function words(text: string): string[] {
  const all = plain(text)
    .replace(unspaced, (run) => ` ${pairs([...run]).join(" ")} `)
    .trim()
    .split(/ +/);
  const telling = all.filter((word) => !/^(the|a|an|of|and)$/.test(word));
  return telling.length > 0 ? telling : all;
}

const pairs = (letters: string[]): string[] =>
  letters.length < 2 ? letters : letters.slice(1).map((letter, k) => letters[k] + letter);

/** "Seven (a.k.a. Se7en) (1995)" in parts: its name, the names in brackets, and its year. */
function partsOf(title: string): { name: string; others: string; year: string } {
  const whole = title.trim();
  const open = whole.lastIndexOf("(");
  const year =
    whole.indexOf(")", open) === whole.length - 1 ? /^\d{4}/.exec(whole.slice(open + 1))?.[0] : undefined;
  const others: string[] = [];
  const text = year === undefined ? whole : whole.slice(0, open);
  const name = text.replace(/\((?:a\.?k\.?a\.?\s)?([^()]*)\)/gi, (_, other) => {
    others.push(other);
    return "";
  });
  return { name, others: others.join(" "), year: year ?? "" };
}

function makeIndex(titles: readonly (string | undefined)[]): MiniSearch {
  const index = new MiniSearch({
    idField: "item",
    fields: ["name", "others", "year", "joined"],
    tokenize: (text) => text.split(" "),
    processTerm: (term) => term || null,
  });
  titles.forEach((title, item) => {
    if (!title) return;
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

const indexes = new WeakMap<readonly (string | undefined)[], MiniSearch>();

function indexOf(titles: readonly (string | undefined)[]): MiniSearch {
  const index = indexes.get(titles) ?? makeIndex(titles);
  indexes.set(titles, index);
  return index;
}
