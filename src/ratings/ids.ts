/** Ids of items and users, and whether two lists of them agree. */
import type { Id } from "./ratings";

/** What items and users are called, where anything is known of it: ratings have both, a model may. */
export interface Names {
  readonly numItems: number;
  readonly numUsers: number;
  readonly itemIds?: readonly Id[];
  readonly userIds?: readonly Id[];
}

/** Lists of ids that were made for want of others, and so say nothing. */
const made = new WeakSet<readonly Id[]>();

/** The indices from 0 as ids, for items or users that nobody has named: they are compared with no others. */
export function indexIds(length: number): readonly Id[] {
  const ids = Array.from({ length }, (_, k) => k);
  made.add(ids);
  return ids;
}

/** The ids, unless they are but indices, or were left behind. */
export function namedIds(ids: readonly Id[] | undefined): readonly Id[] | undefined {
  return ids === undefined || ids.length === 0 || made.has(ids) ? undefined : ids;
}

/** The names that something made of these ratings carries on: only those that were given. */
export function namesOf({ itemIds, userIds }: Partial<Names>): {
  itemIds?: readonly Id[];
  userIds?: readonly Id[];
} {
  const [items, users] = [namedIds(itemIds), namedIds(userIds)];
  return { ...(items && { itemIds: items }), ...(users && { userIds: users }) };
}

/** Pairs of lists that were found to be the same. */
const same = new WeakMap<readonly Id[], WeakSet<readonly Id[]>>();

/** The first place at which two lists of ids differ, as far as both go; undefined where they do not, or say nothing. */
export function firstDifference(
  a: readonly Id[] | undefined,
  b: readonly Id[] | undefined,
): number | undefined {
  const [one, other] = [namedIds(a), namedIds(b)];
  if (one === undefined || other === undefined || one === other) return undefined;
  if (same.get(one)?.has(other)) return undefined;
  const length = Math.min(one.length, other.length);
  for (let k = 0; k < length; k++) if (one[k] !== other[k]) return k;
  const known = same.get(one) ?? new WeakSet();
  same.set(one, known.add(other));
  return undefined;
}
