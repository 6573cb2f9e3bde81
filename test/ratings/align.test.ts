import fc from "fast-check";
import { expect, test } from "vitest";
import { alignTo, type Id, type Ratings, randomModel, ratingsFrom, rmse, split } from "../../src";

/** The ratings as they are spoken of: who gave what to which, in any order of numbers. */
const said = ({ items, users, values, itemIds, userIds, times }: Ratings) =>
  Array.from(values, (value, k) => [userIds[users[k]], itemIds[items[k]], value, times?.[k]]);

const triple = (user: number, item: number, value: number) => ({ user, item, value });

const train = ratingsFrom([triple(0, 0, 5), triple(0, 1, 1), triple(1, 0, 1), triple(1, 1, 5)], {
  userIds: ["a", "b"],
  itemIds: ["X", "Y"],
});
/** The same, as a file whose lines come in another order is numbered. */
const turned = ratingsFrom([triple(0, 0, 5), triple(0, 1, 1), triple(1, 0, 1), triple(1, 1, 5)], {
  userIds: ["b", "a"],
  itemIds: ["Y", "X"],
});

test("a file in another order is judged as what it says", () => {
  const model = { ...randomModel({ ...train, numFeatures: 1 }), X: [1, -1], W: [2, -2], b: [3, 3] };
  const exact = {
    ...model,
    X: Float64Array.from(model.X),
    W: Float64Array.from(model.W),
    b: Float64Array.from(model.b),
  };
  expect(rmse(exact, train)).toBe(0);
  expect(() => rmse(exact, turned)).toThrow("number them alike with alignTo");
  expect(rmse(exact, alignTo(turned, train))).toBe(0);
  expect(rmse(exact, alignTo(turned, exact))).toBe(0);
});

const ids = fc.uniqueArray(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom("x", "y", "z")), {
  minLength: 2,
  maxLength: 12,
});
const named = fc.tuple(ids, ids).chain(([userIds, itemIds]) =>
  fc
    .uniqueArray(
      fc.tuple(fc.nat(userIds.length - 1), fc.nat(itemIds.length - 1), fc.integer({ min: 1, max: 5 })),
      {
        minLength: 1,
        selector: ([user, item]) => `${user} ${item}`,
      },
    )
    .map((cells): Ratings => {
      const ratings = ratingsFrom(
        cells.map(([user, item, value]) => triple(user, item, value)),
        { userIds, itemIds },
      );
      return { ...ratings, times: Float64Array.from(cells, (_, k) => k) };
    }),
);

test("says the same of the same people in the order of the other's ids, whatever is unknown", () => {
  fc.assert(
    fc.property(named, named, (ratings, like) => {
      const known = ([user, item]: unknown[]) =>
        like.userIds.includes(user as Id) && like.itemIds.includes(item as Id);
      const added = alignTo(ratings, like, { unknown: "add" });
      expect(said(added)).toEqual(said(ratings));
      expect(added.userIds.slice(0, like.numUsers)).toEqual(like.userIds);
      expect(added.itemIds.slice(0, like.numItems)).toEqual(like.itemIds);
      expect(new Set(added.userIds).size).toBe(added.numUsers);
      const all = said(ratings);
      const left = all.filter(known);
      if (left.length === 0)
        return void expect(() => alignTo(ratings, like, { unknown: "drop" })).toThrow("got none");
      const dropped = alignTo(ratings, like, { unknown: "drop" });
      expect(said(dropped)).toEqual(left);
      expect([dropped.userIds, dropped.itemIds]).toEqual([like.userIds, like.itemIds]);
      if (left.length === all.length) expect(alignTo(ratings, like)).toEqual(dropped);
      else expect(() => alignTo(ratings, like)).toThrow(`(rating ${all.findIndex((r) => !known(r))})`);
    }),
  );
});

test("numbers in one file are the same ids as their text in the other", () => {
  const like = { ...train, itemIds: ["1", "2"] };
  const ratings = { ...train, itemIds: [2, 1] };
  const aligned = alignTo(ratings, like);
  expect(aligned.itemIds).toEqual(["1", "2"]);
  expect([...aligned.items]).toEqual([1, 0, 1, 0]);
});

test("two ids that are one in the other are a cell rated twice", () => {
  const ratings = ratingsFrom([triple(0, 0, 5), triple(0, 1, 3)], { userIds: ["a"], itemIds: [1, "1"] });
  const like = ratingsFrom([triple(0, 0, 5)], { userIds: ["a"], itemIds: ["1"] });
  expect(() => alignTo(ratings, like)).toThrow(/twice/);
});

test("refuses what cannot be told", () => {
  const stranger = { ...turned, userIds: ["b", "c"] };
  expect(() => alignTo(stranger, train)).toThrow(
    'userIds must be among those of like, got "c" (rating 2): unknown may be "drop" or "add"',
  );
  const unnamed = ratingsFrom([triple(0, 0, 5)]);
  expect(() => alignTo(unnamed, train)).toThrow("ratings must have itemIds to be aligned by, got none");
  expect(() => alignTo(train, unnamed)).toThrow("like must have itemIds to be aligned by, got none");
  expect(() => alignTo(train, train, { unknown: "keep" as "drop" })).toThrow("unknown must be");
  expect(() => alignTo(train, train, { drop: true } as never)).toThrow("drop");
});

test("parts of one whole are aligned already", () => {
  const { train: some, test: rest } = split({ ...train, times: undefined });
  expect(alignTo(rest, some).items).toEqual(rest.items);
});
