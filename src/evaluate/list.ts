import { kthLargest } from "../math/kthLargest";

/** Items with the same score, in which order nobody knows, and how many of them are relevant. */
export interface Tied {
  size: number;
  hits: number;
}

/** The first k of a person's items by their scores, judged by what the person found relevant. */
export interface JudgedList {
  /** k, how many places there are. */
  count: number;
  /** How many of them are filled: fewer than k only where there are fewer candidates. */
  length: number;
  /** Equal scores together, the highest first; of the last group only some may fall in the first k places. */
  groups: readonly Tied[];
  /** How many items are relevant to the person, in the list or not. */
  relevant: number;
  /** Of all pairs of a relevant candidate and another, the part in which the relevant one scores more; half where even. */
  area: number;
  /** The items that are in the list for certain. */
  sure: readonly number[];
  /** The items with the score of the last place, of which `places` fill the rest of the list. */
  tied: readonly number[];
  /** How many of `tied` are in the list: each of them with the same chance. */
  places: number;
}

/**
 * The list of a person's first k items.
 *
 * @param scores Of all items; −Infinity for one that is no candidate.
 * @param isRelevant Of all items.
 */
export function judgeList(
  scores: Float64Array,
  isRelevant: (item: number) => boolean,
  relevant: readonly number[],
  candidates: number,
  count: number,
): JudgedList {
  const length = Math.min(count, candidates);
  const last = kthLargest(scores, length);
  const sure: number[] = [];
  const tied: number[] = [];
  for (let item = 0; item < scores.length; item++) {
    if (scores[item] > last) sure.push(item);
    else if (scores[item] === last) tied.push(item);
  }
  sure.sort((a, b) => scores[b] - scores[a]);
  const groups: Tied[] = [];
  for (const [place, item] of sure.entries()) {
    if (place === 0 || scores[sure[place - 1]] !== scores[item]) groups.push({ size: 0, hits: 0 });
    const group = groups[groups.length - 1];
    group.size++;
    if (isRelevant(item)) group.hits++;
  }
  groups.push({ size: tied.length, hits: tied.filter(isRelevant).length });
  const area = areaOf(scores, relevant, candidates);
  const places = length - sure.length;
  return { count, length, groups, relevant: relevant.length, area, sure, tied, places };
}

/** Mann and Whitney's U of the relevant among all candidates, as a part of the pairs; NaN where all are relevant. */
function areaOf(scores: Float64Array, relevant: readonly number[], candidates: number): number {
  const wanted = Float64Array.from(relevant, (item) => scores[item]).sort();
  let above = 0;
  for (const score of scores) {
    if (score === -Infinity) continue;
    above += wanted.length - (countBelow(wanted, score, false) + countBelow(wanted, score, true)) / 2;
  }
  // A relevant item beside another counts a half in both directions, and beside itself a half.
  const among = (wanted.length * wanted.length) / 2;
  return (above - among) / (wanted.length * (candidates - wanted.length));
}

/** How many of sorted numbers are below a mark, or at it too. */
function countBelow(sorted: Float64Array, mark: number, orAt: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < mark || (orAt && sorted[middle] === mark)) low = middle + 1;
    else high = middle;
  }
  return low;
}
