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
  const near = holding.length > 0 ? holding : likeliest(titles, wanted);
  const names = near.slice(0, 5).map((item) => JSON.stringify(titles[item]));
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
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** The same without the year and an article, which MovieLens puts last: "matrix" for "Matrix, The (1999)". */
const bare = (title: string): string =>
  plain(title)
    .replace(/ \d{4}$/, "")
    .replace(/^(the|a|an) | (the|a|an)$/g, "");

/** The titles that share most pairs of letters with `wanted`, by Dice's coefficient. */
function likeliest(titles: readonly string[], wanted: string): number[] {
  const pairs = (text: string) => new Set(Array.from(text.slice(1), (letter, k) => text[k] + letter));
  const own = pairs(bare(wanted));
  const likeness = titles.map((title) => {
    const theirs = pairs(bare(title));
    let shared = 0;
    for (const pair of own) if (theirs.has(pair)) shared++;
    return (2 * shared) / (own.size + theirs.size);
  });
  return [...titles.keys()].filter((item) => likeness[item] > 0.3).sort((a, b) => likeness[b] - likeness[a]);
}
