import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { countByItem, countByUser, itemsRated } from "../../src/ratings/counts";
import { toMatrices } from "../../src/ratings/ratings";
import { randomRatings, thrown } from "../samples";

test("the lecture's films and users have as many ratings as the table shows", () => {
  const { ratings } = lecture();
  expect([...countByItem(ratings)]).toEqual([4, 2, 2, 4, 3]);
  expect([...countByUser(ratings)]).toEqual([4, 4, 4, 3]);
});

test("counts are the sums of R's rows and columns, zeros included", () => {
  const size = { numItems: 7, numUsers: 5 };
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, density) => {
      const ratings = randomRatings(size, { seed, density });
      const { R } = toMatrices(ratings);
      const rated = (keep: (item: number, user: number) => boolean) =>
        R.reduce((sum, r, cell) => sum + (keep(Math.floor(cell / 5), cell % 5) ? r : 0), 0);
      expect([...countByItem(ratings)]).toEqual(
        [0, 1, 2, 3, 4, 5, 6].map((k) => rated((item) => item === k)),
      );
      expect([...countByUser(ratings)]).toEqual([0, 1, 2, 3, 4].map((k) => rated((_, user) => user === k)));
    }),
  );
});

describe("itemsRated", () => {
  it("gives the items with as many ratings or more: counted one by one", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 5 }), (seed, atLeast) => {
        const some = randomRatings({ numItems: 12, numUsers: 6 }, { seed, density: 0.3 });
        const count = (item: number) => some.items.filter((rated) => rated === item).length;
        const wanted = Array.from({ length: 12 }, (_, item) => item).filter((item) => count(item) >= atLeast);
        expect([...itemsRated(some, { atLeast })]).toEqual(wanted);
        expect(itemsRated(some)).toEqual(itemsRated(some, { atLeast: 1 }));
      }),
    );
  });

  it("refuses a count that is none, and an unknown option", () => {
    expect(thrown(() => itemsRated(lecture().ratings, { atLeast: 1.5 }))).toBe(
      "RangeError: atLeast must be an integer, got 1.5",
    );
    expect(thrown(() => itemsRated(lecture().ratings, { minimum: 1 } as never))).toBe(
      'TypeError: option must be one of atLeast, got "minimum"',
    );
  });
});
