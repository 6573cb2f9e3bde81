import { describe, expect, test } from "vitest";
import { onCircle } from "../../src/math/circle";
import { random } from "../../src/math/random";

const point = new Float64Array(2);
const at = (x: number) => {
  onCircle(x, point);
  return [...point];
};

/** The size of the last place of a number below 1. */
const lastPlace = 2 ** -53;

describe("cosine and sine", () => {
  test("are those of the machine, to the last place", () => {
    const source = random(1);
    for (let k = 0; k < 100_000; k++) {
      const x = 4 * Math.PI * (source.uniform() - 0.5);
      const [cosine, sine] = at(x);
      const off = Math.max(Math.abs(cosine - Math.cos(x)), Math.abs(sine - Math.sin(x)));
      if (!(off <= 2 * lastPlace)) expect.fail(`${x}: off by ${off}`);
    }
  });

  test("are exact where they are known, and on either side of every eighth of a turn", () => {
    expect(at(0)).toEqual([1, 0]);
    for (let eighth = -8; eighth <= 8; eighth++)
      for (const x of [eighth * (Math.PI / 4), eighth * (Math.PI / 4) * (1 - 2 ** -50)]) {
        const [cosine, sine] = at(x);
        expect(cosine).toBeCloseTo(Math.cos(x), 15);
        expect(sine).toBeCloseTo(Math.sin(x), 15);
      }
  });

  test("have the same digits on every machine, and so have normal numbers", () => {
    // Those of fdlibm, by which Node 20 computes them; the nearest numbers end in another digit.
    expect(at(0.640625)).toEqual([0.8017223540984184, 0.5976966345387016]);
    expect(at(0.875)).toEqual([0.6409968581633252, 0.7675435022360271]);
    expect(at(1.6875)).toEqual([-0.11643894112485227, 0.9931978518853749]);
    const source = random(1);
    let sum = 0;
    for (let k = 0; k < 100_000; k++) sum += source.normal();
    expect(sum).toBe(14.8079307071433);
  });
});
