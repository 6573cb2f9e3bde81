import fc from "fast-check";
import { expect, test } from "vitest";
import { colours } from "../../src/show/figure";
import { band, bars, dots, line } from "../../src/show/traces";

test("a line, dots and bars are plotly's traces, with whatever else is given", () => {
  expect(
    line({ name: "a", x: [1], y: [2], style: { dash: "dot" }, hover: false, showlegend: false }),
  ).toEqual({
    type: "scatter",
    mode: "lines",
    name: "a",
    x: [1],
    y: [2],
    line: { width: 2, dash: "dot" },
    hoverinfo: "skip",
    showlegend: false,
  });
  expect(dots({ y: [1], style: { size: 3 }, hover: "%{y}", mode: "markers+text" })).toEqual({
    type: "scatter",
    mode: "markers+text",
    y: [1],
    marker: { size: 3 },
    hovertemplate: "%{y}",
  });
  expect(bars({ y: [1] })).toEqual({ type: "bar", y: [1], marker: { color: colours.blue } });
});

test("a band goes there along its upper line and back along its lower, with a gap where it has neither", () => {
  const height = fc.option(fc.double({ noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(height, { minLength: 1 }), (low) => {
      const x = low.map((_, k) => k);
      const high = low.map((value) => (value === undefined ? undefined : value + 1));
      const outline = band({ name: "b", x, low, high, color: "red" }) as Record<string, (number | null)[]>;
      const shapes: [number, number | null][][] = [[]];
      outline.x.forEach((at, k) => {
        if (at === null) shapes.push([]);
        else shapes[shapes.length - 1].push([at, outline.y[k]]);
      });
      const there = shapes.flatMap((shape) => shape.slice(0, shape.length / 2));
      const back = shapes.flatMap((shape) => shape.slice(shape.length / 2).reverse());
      const wanted = x.filter((k) => low[k] !== undefined);
      expect(there).toEqual(wanted.map((k) => [k, high[k]]));
      expect(back).toEqual(wanted.map((k) => [k, low[k]]));
      // Each shape is one run without a gap.
      for (const shape of shapes) {
        shape.slice(0, shape.length / 2).forEach(([at], k) => {
          expect(at).toBe(shape[0][0] + k);
        });
      }
    }),
  );
});
