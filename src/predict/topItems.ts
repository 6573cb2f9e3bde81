import { pauser } from "../base/pause";
import { type Backend, chooseBackend } from "../wasm/backend";
import { candidates, type ProductQuery } from "./candidates";
import type { Scored } from "./predict";

/**
 * Lists of items, one for each user (or each item), one after the other: that of row j is items[start[j]] …
 * items[start[j + 1] − 1], best first, with the scores (or distances) beside.
 */
export interface Lists {
  start: Int32Array;
  items: Int32Array;
  scores: Float64Array;
}

/** What is asked, and how scores are computed exactly. */
export interface Query extends ProductQuery {
  /** The exact score of one item for one row, which differs from w·x + mu by a number of the row's own. */
  scoreOf(row: number, item: number): number;
  /** A row's list, computed from all scores: the readable way, and the reference. */
  bestOf(row: number): readonly Scored[];
}

/** The lists of all rows, each as `query.bestOf` has it. */
export async function topItems(
  query: Query,
  options: { threads?: number; signal?: AbortSignal } = {},
): Promise<Lists> {
  const products = query.W.length * query.mu.length;
  return topItemsOn(chooseBackend(products, options.threads), query, options);
}

/** `topItems`, on the backend of one's choice. */
export async function topItemsOn(
  backend: Backend,
  query: Query,
  options: { signal?: AbortSignal } = {},
): Promise<Lists> {
  const { leaveStart, mu, count } = query;
  const rows = leaveStart.length - 1;
  const pause = pauser(options.signal);
  const isPlain = backend === "plain" || count === 0;
  const listOf = isPlain ? query.bestOf : await fromCandidates(backend, query, pause);
  const most = rows * Math.min(count, mu.length);
  const start = new Int32Array(rows + 1);
  const items = new Int32Array(most);
  const scores = new Float64Array(most);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    for (const { item, score } of listOf(row)) {
      items[end] = item;
      scores[end++] = score;
    }
    start[row + 1] = end;
    if (isPlain || row % 64 === 0) await pause();
  }
  return { start, items: items.slice(0, end), scores: scores.slice(0, end) };
}

/** A function that gives a row's list, from the few items that the kernel has found may belong to it. */
async function fromCandidates(
  backend: Exclude<Backend, "plain">,
  query: Query,
  pause: () => Promise<void>,
): Promise<(row: number) => readonly Scored[]> {
  const { found, at, width } = await candidates(query, pause, backend);
  return (row) => {
    // Too many as good as one another for numbers of 32 bits to tell.
    if (found[row] < 0) return query.bestOf(row);
    const own = at.subarray(row * width, row * width + found[row]);
    return Array.from(own, (item) => ({ item, score: query.scoreOf(row, item) }))
      .sort((a, b) => b.score - a.score || a.item - b.item)
      .slice(0, query.count);
  };
}
