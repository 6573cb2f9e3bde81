import fc from "fast-check";
import { expect, test } from "vitest";
import { countByItem, countByUser } from "../src/counts";
import { lecture } from "../src/lecture";
import { toMatrices } from "../src/ratings";
import { randomRatings } from "./samples";

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
