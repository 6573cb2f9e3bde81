import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ratingsFrom, ratingsFromColumns, ratingsFromTable, withRatingsOf } from "../../src/ratings/build";
import {
  byItem,
  byUser,
  indexOfItem,
  indexOfUser,
  pick,
  ratingAt,
  toMatrices,
  withValues,
} from "../../src/ratings/ratings";
import { firstPlaces } from "../../src/ratings/repeats";
import { randomRatings, thrown } from "../samples";

const films = [
  "Love at last",
  "Romance forever",
  "Cute puppies of love",
  "Nonstop car chases",
  "Swords vs. karate",
];
const people = ["Alice", "Bob", "Carol", "Dave"];
const table = [
  [5, 5, 0, 0],
  [5, "?", "?", 0],
  ["?", 4, 0, "?"],
  [0, 0, 5, 4],
  [0, 0, 5, "?"],
] as (number | "?")[][];
const lecture = ratingsFromTable(table, { itemIds: films, userIds: people });

/** Any set of ratings: some cells of a matrix of at most 8 × 8, in any order. */
const anyRatings = fc
  .record({
    numItems: fc.integer({ min: 1, max: 8 }),
    numUsers: fc.integer({ min: 1, max: 8 }),
    density: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.integer(),
  })
  .map(({ seed, density, ...size }) => randomRatings(size, { seed, density }));

describe("ratingsFrom", () => {
  it("keeps the triples in the order given", () => {
    const ratings = ratingsFrom([
      { item: 2, user: 0, value: 4.5 },
      { item: 0, user: 1, value: 0 },
    ]);
    expect(ratings).toEqual({
      ...{ numItems: 3, numUsers: 2 },
      ...{ items: Int32Array.of(2, 0), users: Int32Array.of(0, 1), values: Float64Array.of(4.5, 0) },
      ...{ itemIds: [0, 1, 2], userIds: [0, 1] },
    });
  });

  it("takes any iterable, once", () => {
    function* triples() {
      yield { item: 0, user: 0, value: 1 };
      yield { item: 1, user: 0, value: 2 };
    }
    expect(ratingsFrom(triples()).values).toEqual(Float64Array.of(1, 2));
  });

  it("takes its shape from the size given, or from the number of ids", () => {
    const one = [{ item: 0, user: 0, value: 1 }];
    expect(ratingsFrom(one, { numItems: 3, numUsers: 5 })).toMatchObject({ numItems: 3, numUsers: 5 });
    expect(ratingsFrom(one, { itemIds: ["a", "b"], userIds: [7, 8, 9] })).toMatchObject({
      ...{ numItems: 2, numUsers: 3, itemIds: ["a", "b"], userIds: [7, 8, 9] },
    });
  });

  it.each<[string, number, string]>([
    ["NaN", Number.NaN, "RangeError: value must be finite, got NaN (triple 1)"],
    ["an infinite value", -Infinity, "RangeError: value must be finite, got -Infinity (triple 1)"],
    ["text", "5" as unknown as number, 'TypeError: value must be a number, got "5" (triple 1)'],
    ["null", null as unknown as number, "TypeError: value must be a number, got null (triple 1)"],
  ])("refuses %s for a rating", (_, value, message) => {
    const triples = [
      { item: 0, user: 0, value: 1 },
      { item: 1, user: 1, value },
    ];
    expect(thrown(() => ratingsFrom(triples))).toBe(message);
  });

  it("gives the place of a bad triple, however far down", () => {
    const triples = Array.from({ length: 30 }, (_, k) => ({
      item: k,
      user: 0,
      value: k === 17 ? Number.NaN : 3,
    }));
    expect(thrown(() => ratingsFrom(triples))).toBe("RangeError: value must be finite, got NaN (triple 17)");
  });

  it.each<[string, { item: number; user: number }, string]>([
    [
      "an item out of range",
      { item: 1682, user: 0 },
      "RangeError: item must be in [0, 1682), got 1682 (triple 0)",
    ],
    [
      "a user out of range",
      { item: 0, user: 943 },
      "RangeError: user must be in [0, 943), got 943 (triple 0)",
    ],
    ["a negative item", { item: -1, user: 0 }, "RangeError: item must be in [0, 1682), got -1 (triple 0)"],
    ["a negative user", { item: 0, user: -1 }, "RangeError: user must be in [0, 943), got -1 (triple 0)"],
    ["a fractional item", { item: 0.5, user: 0 }, "RangeError: item must be an integer, got 0.5 (triple 0)"],
    ["a fractional user", { item: 0, user: 1.5 }, "RangeError: user must be an integer, got 1.5 (triple 0)"],
    ["no item", { user: 0 } as never, "TypeError: item must be a number, got undefined (triple 0)"],
    [
      "text for a user",
      { item: 0, user: "0" } as never,
      'TypeError: user must be a number, got "0" (triple 0)',
    ],
  ])("refuses %s", (_, at, message) => {
    expect(thrown(() => ratingsFrom([{ ...at, value: 3 }], { numItems: 1682, numUsers: 943 }))).toBe(message);
  });

  it("refuses a negative index also where no size is given, and one that would wrap around", () => {
    expect(thrown(() => ratingsFrom([{ item: -1, user: 0, value: 3 }]))).toBe(
      "RangeError: item must be >= 0, got -1 (triple 0)",
    );
    expect(thrown(() => ratingsFrom([{ item: 0, user: 2 ** 32, value: 3 }]))).toBe(
      "RangeError: user must be < 2147483648, got 4294967296 (triple 0)",
    );
  });

  it("refuses a cell given twice", () => {
    const cell = { item: 4, user: 2 };
    const triples = [
      { ...cell, value: 1 },
      { item: 4, user: 1, value: 1 },
      { ...cell, value: 1 },
    ];
    expect(thrown(() => ratingsFrom(triples))).toBe(
      "RangeError: a cell must be rated once, got item 4, user 2 twice (triples 0 and 2)",
    );
  });

  it("refuses no ratings at all", () => {
    const message = "RangeError: ratings must hold at least one rating, got none";
    expect(thrown(() => ratingsFrom([]))).toBe(message);
    expect(thrown(() => ratingsFrom([], { numItems: 2, numUsers: 2 }))).toBe(message);
    expect(thrown(() => ratingsFromTable([]))).toBe(message);
    expect(thrown(() => ratingsFromTable([["?", null]]))).toBe(message);
  });

  it("refuses sizes that are none, and ids that do not fit or repeat", () => {
    const one = [{ item: 0, user: 0, value: 1 }];
    expect(thrown(() => ratingsFrom(one, { numItems: 0 }))).toBe("RangeError: numItems must be >= 1, got 0");
    expect(thrown(() => ratingsFrom(one, { numUsers: 1.5 }))).toBe(
      "RangeError: numUsers must be an integer, got 1.5",
    );
    expect(thrown(() => ratingsFrom(one, { numItems: 2, itemIds: ["a"] }))).toBe(
      "RangeError: itemIds must have 2 entries, got 1",
    );
    expect(thrown(() => ratingsFrom(one, { numUsers: 1, userIds: ["a", "b"] }))).toBe(
      "RangeError: userIds must have 1 entries, got 2",
    );
    expect(thrown(() => ratingsFrom(one, { itemIds: ["a", "b", "a"] }))).toBe(
      'RangeError: itemIds must differ from one another, got "a" twice',
    );
  });
});

describe("ratingsFromTable", () => {
  it("reads the lecture's table: nm = 5 films, nu = 4 users, 15 ratings", () => {
    expect([lecture.numItems, lecture.numUsers, lecture.values.length]).toEqual([5, 4, 15]);
    expect(lecture.itemIds).toEqual(films);
    expect(lecture.userIds).toEqual(people);
    expect(ratingAt(lecture, { item: 2, user: 1 })).toBe(4);
  });

  it("keeps a rating of zero, and leaves an unrated cell out", () => {
    expect(ratingAt(lecture, { item: 0, user: 2 })).toBe(0);
    expect(ratingAt(lecture, { item: 1, user: 1 })).toBeUndefined();
    expect(ratingsFromTable([[null, 0]]).values).toEqual(Float64Array.of(0));
  });

  it("refuses rows of unequal length, and cells that are neither a number nor unrated", () => {
    expect(thrown(() => ratingsFromTable([[1, 2], [3]]))).toBe(
      "RangeError: row must have 2 cells as the first has, got 1 (row 1)",
    );
    expect(thrown(() => ratingsFromTable([[1], [Number.NaN]]))).toBe(
      'RangeError: value must be a finite number, "?" or null, got NaN (row 1, column 0)',
    );
    expect(thrown(() => ratingsFromTable([[1, "" as never]]))).toBe(
      'RangeError: value must be a finite number, "?" or null, got "" (row 0, column 1)',
    );
    expect(thrown(() => ratingsFromTable([[1, undefined as never]]))).toBe(
      'RangeError: value must be a finite number, "?" or null, got undefined (row 0, column 1)',
    );
  });
});

describe("toMatrices", () => {
  it("gives Y and R of the lecture", () => {
    const { Y, R } = toMatrices(lecture);
    expect(Array.from(Y)).toEqual(table.flat().map((cell) => (cell === "?" ? 0 : cell)));
    expect(Array.from(R)).toEqual(table.flat().map((cell) => (cell === "?" ? 0 : 1)));
  });

  it("is undone by ratingsFromTable, for any ratings", () => {
    fc.assert(
      fc.property(anyRatings, (ratings) => {
        const { Y, R } = toMatrices(ratings);
        const rows = Array.from({ length: ratings.numItems }, (_, i) =>
          Array.from({ length: ratings.numUsers }, (_, j) => {
            const cell = i * ratings.numUsers + j;
            return R[cell] ? Y[cell] : null;
          }),
        );
        const back = ratingsFromTable(rows);
        expect(R.reduce((sum, r) => sum + r, 0)).toBe(ratings.values.length);
        expect(toMatrices(back)).toEqual({ Y, R });
      }),
    );
  });
});

describe("ids", () => {
  it("find the index of an item and of a user", () => {
    expect(indexOfItem(lecture, "Swords vs. karate")).toBe(4);
    expect(indexOfUser(lecture, "Alice")).toBe(0);
    // A second time, from the index that was made the first time.
    expect(indexOfUser(lecture, "Dave")).toBe(3);
  });

  it("that nobody has are named, with a hint where a number stands for text or the reverse", () => {
    expect(thrown(() => indexOfUser(lecture, "Eve"))).toBe(
      'RangeError: user id must be one of the 4 known, got "Eve"',
    );
    const numbered = ratingsFrom([{ item: 0, user: 0, value: 1 }], { itemIds: [1682], userIds: ["943"] });
    expect(thrown(() => indexOfItem(numbered, "1682"))).toBe(
      'RangeError: item id must be one of the 1 known, got "1682"; 1682, a number, is',
    );
    expect(thrown(() => indexOfUser(numbered, 943))).toBe(
      'RangeError: user id must be one of the 1 known, got 943; "943", a string, is',
    );
    expect(thrown(() => indexOfItem(numbered, 0))).toBe(
      "RangeError: item id must be one of the 1 known, got 0",
    );
  });
});

describe("ratingAt", () => {
  it("agrees with the matrices in every cell, for any ratings", () => {
    fc.assert(
      fc.property(anyRatings, (ratings) => {
        const { Y, R } = toMatrices(ratings);
        for (let item = 0; item < ratings.numItems; item++) {
          for (let user = 0; user < ratings.numUsers; user++) {
            const cell = item * ratings.numUsers + user;
            expect(ratingAt(ratings, { item, user })).toBe(R[cell] ? Y[cell] : undefined);
          }
        }
      }),
    );
  });

  it("refuses a cell that is not there", () => {
    expect(thrown(() => ratingAt(lecture, { item: 5, user: 0 }))).toBe(
      "RangeError: item must be in [0, 5), got 5",
    );
    expect(thrown(() => ratingAt(lecture, { item: 0, user: -1 }))).toBe(
      "RangeError: user must be in [0, 4), got -1",
    );
  });
});

describe("withRatingsOf", () => {
  it("puts a visitor in the last column, under a name", () => {
    const mine = [
      { item: 0, value: 4 },
      { item: 3, value: 1 },
    ];
    const more = withRatingsOf(lecture, mine);
    expect(more.numUsers).toBe(5);
    expect(more.userIds).toEqual([...people, "you"]);
    expect(more.itemIds).toBe(lecture.itemIds);
    expect(more.values.length).toBe(17);
    expect(ratingAt(more, { item: 3, user: 4 })).toBe(1);
    expect(ratingAt(more, { item: 1, user: 4 })).toBeUndefined();
    expect(lecture.numUsers).toBe(4);
  });

  it("lets Eve in, who has rated nothing", () => {
    const more = withRatingsOf(lecture, [], "Eve");
    expect(more.numUsers).toBe(5);
    expect(more.values).toEqual(lecture.values);
    expect(indexOfUser(more, "Eve")).toBe(4);
  });

  it("refuses stars that there are not, where it is told which there are", () => {
    for (const value of [0.5, 5]) {
      const more = withRatingsOf(lecture, [{ item: 0, value }], "you", { range: [0.5, 5] });
      expect(ratingAt(more, { item: 0, user: 4 })).toBe(value);
    }
    for (const value of [0, 50, -1]) {
      const mine = [
        { item: 1, value: 3 },
        { item: 0, value },
      ];
      expect(thrown(() => withRatingsOf(lecture, mine, "you", { range: [0.5, 5] }))).toBe(
        `RangeError: value must be from 0.5 to 5, got ${value} (rating 1)`,
      );
    }
  });

  it("refuses what ratingsFrom refuses", () => {
    expect(thrown(() => withRatingsOf(lecture, [{ item: 5, value: 1 }]))).toBe(
      "RangeError: item must be in [0, 5), got 5 (rating 0)",
    );
    expect(thrown(() => withRatingsOf(lecture, [{ item: 0, value: Number.NaN }]))).toBe(
      "RangeError: value must be finite, got NaN (rating 0)",
    );
    const twice = [
      { item: 0, value: 1 },
      { item: 0, value: 2 },
    ];
    expect(thrown(() => withRatingsOf(lecture, twice))).toBe(
      "RangeError: a cell must be rated once, got item 0, user 4 twice (triples 15 and 16)",
    );
    expect(thrown(() => withRatingsOf(lecture, [], "Bob"))).toBe(
      'RangeError: userIds must differ from one another, got "Bob" twice',
    );
  });
});

describe("groups", () => {
  it("hold each user's, each item's places in the order of the list, for any ratings", () => {
    fc.assert(
      fc.property(anyRatings, (ratings) => {
        for (const [groups, keys, length] of [
          [byUser(ratings), ratings.users, ratings.numUsers],
          [byItem(ratings), ratings.items, ratings.numItems],
        ] as const) {
          const expected = Array.from({ length }, (_, g) =>
            Array.from(keys.keys()).filter((place) => keys[place] === g),
          );
          const got = expected.map((_, g) =>
            Array.from(groups.order.slice(groups.start[g], groups.start[g + 1])),
          );
          expect(got).toEqual(expected);
        }
      }),
    );
  });

  it("are made once for each set of ratings", () => {
    expect(byUser(lecture)).toBe(byUser(lecture));
    expect(byItem(lecture)).toBe(byItem(lecture));
    expect(byUser(pick(lecture, Int32Array.of(0)))).not.toBe(byUser(lecture));
  });

  it("tell a cell rated again from one rated first", () => {
    const columns = {
      items: Int32Array.of(0, 0, 1, 0, 0, 1),
      users: Int32Array.of(0, 1, 0, 0, 1, 1),
      values: new Float64Array(6),
    };
    const sized = { ...columns, numItems: 2, numUsers: 2, itemIds: [0, 1], userIds: [0, 1] };
    expect(Array.from(firstPlaces(sized))).toEqual([0, 1, 2, 0, 1, 5]);
  });
});

describe("pieces of ratings", () => {
  it("keep the shape of the whole", () => {
    const some = pick(lecture, Int32Array.of(14, 2));
    expect(some).toMatchObject({ numItems: 5, numUsers: 4, itemIds: films, userIds: people });
    expect(Array.from(some.values)).toEqual([5, 0]);
    expect(Array.from(some.items)).toEqual([4, 0]);
    expect(Array.from(some.users)).toEqual([2, 2]);
  });

  it("keep the cells when only the values change", () => {
    const doubled = withValues(
      lecture,
      lecture.values.map((value) => 2 * value),
    );
    expect(doubled.items).toBe(lecture.items);
    expect(ratingAt(doubled, { item: 3, user: 3 })).toBe(8);
  });

  it("take their size from the highest index where nothing else says it", () => {
    const columns = { items: Int32Array.of(3, 1), users: Int32Array.of(0, 2), values: Float64Array.of(1, 2) };
    expect(ratingsFromColumns(columns)).toMatchObject({ numItems: 4, numUsers: 3 });
  });
});
