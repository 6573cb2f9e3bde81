import fc from "fast-check";
import { expect, test } from "vitest";
import { lecture } from "../../src/datasets/lecture";
import { longTail } from "../../src/explore/longTail";
import { ratingsFrom } from "../../src/ratings/build";
import { countByItem, countByUser } from "../../src/ratings/counts";
import { randomRatings } from "../samples";

test("each point is the share of the items, or of the users, with so many ratings or more", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, density) => {
      const ratings = randomRatings({ numItems: 9, numUsers: 6 }, { seed, density });
      const counts = [countByItem(ratings), countByUser(ratings)];
      const traces = longTail(ratings).data as { x: number[]; y: number[]; customdata: number[] }[];
      traces.forEach(({ x, y, customdata }, k) => {
        const wanted = [...new Set(counts[k])].filter((count) => count > 0).sort((a, b) => a - b);
        expect(x).toEqual(wanted);
        const having = wanted.map((n) => counts[k].filter((count) => count >= n).length);
        expect(customdata).toEqual(having);
        expect(y).toEqual(having.map((count) => count / counts[k].length));
      });
    }),
  );
});

test("the title says whose half of the ratings are", () => {
  const title = (figure: { layout: Record<string, unknown> }) =>
    (figure.layout.title as { text: string }).text;
  // Items have 5, 3, 2, 1, 1 of twelve ratings, and so have users: two of five hold half.
  const triples = [5, 3, 2, 1, 1].flatMap((count, item) =>
    Array.from({ length: count }, (_, user) => ({ item, user, value: 1 })),
  );
  expect(title(longTail(ratingsFrom(triples)))).toBe(
    "Half of the ratings: of 40 % of the items, by 40 % of the users",
  );
  // Of 4, 2, 2, 4, 3 it takes two of five, of the users' 4, 4, 4, 3 two of four.
  expect(title(longTail(lecture().ratings))).toBe(
    "Half of the ratings: of 40 % of the items, by 50 % of the users",
  );
  expect(title(longTail(lecture().ratings, { title: "Mine" }))).toBe("Mine");
});

test("the axes are logarithmic, and hold even one rating", () => {
  const { layout } = longTail(ratingsFrom([{ item: 0, user: 0, value: 3 }]));
  const [x, y] = [layout.xaxis, layout.yaxis] as { type: string; range?: [number, number] }[];
  expect([x.type, y.type]).toEqual(["log", "log"]);
  expect(x.range![0]).toBeLessThan(0);
  expect(x.range![1]).toBeGreaterThan(0);
});

test("no ratings, and options it does not know, are refused", () => {
  const { ratings } = lecture();
  expect(() => longTail({ ...ratings, values: new Float64Array(0) })).toThrow(
    "ratings must hold at least one rating, got none",
  );
  expect(() => longTail(ratings, { name: "x" } as object)).toThrow('option must be one of title, got "name"');
});
