import { describe, expect, test, vi } from "vitest";
import { mimeBundle } from "../../src/show/mime";
import { button } from "../../src/widgets/button";
import { checkbox } from "../../src/widgets/checkbox";
import type { Control } from "../../src/widgets/control";
import { fitted } from "../../src/widgets/drawn";
import { dropdown } from "../../src/widgets/dropdown";
import { interact } from "../../src/widgets/interact";
import { slider } from "../../src/widgets/slider";
import { stars } from "../../src/widgets/stars";
import { text } from "../../src/widgets/text";

describe("where no kernel runs", () => {
  test.each<[string, Control<never>, string, unknown]>([
    ["slider", slider("λ") as never, "λ: 0.50", 0.25],
    ["slider of tenths", slider("α", { max: 3, step: 0.1, value: 0.3 }) as never, "α: 0.3", 2.1],
    ["dropdown", dropdown("by", ["item", "user"]) as never, "by: item", "user"],
    [
      "dropdown of names",
      dropdown("n", [
        { name: "ten", value: 10 },
        { name: "two", value: 2 },
      ]) as never,
      "n: ten",
      2,
    ],
    ["checkbox", checkbox("normalize", { value: true }) as never, "normalize: yes", false],
    ["button", button("Train") as never, "Train", 1],
    ["text", text("film", { value: "Alien" }) as never, "film: Alien", "Aliens"],
    ["stars", stars("Alien", { max: 4 }) as never, "Alien: not rated", 4],
  ])("a %s has its value and its still, and tells of changes", (_, control, still, next) => {
    expect(mimeBundle(control)?.["text/plain"]).toBe(still);
    const heard: unknown[] = [];
    const end = control.onChange((value) => heard.push(value));
    control.value = next as never;
    control.value = next as never;
    end();
    expect([control.value, heard]).toEqual([next, [next]]);
  });

  test("a label is text, also in HTML", () => {
    const html = mimeBundle(text("<b>$x$", { value: "<i>" }))?.["text/html"];
    expect(html).toContain("&#60;b&#62;&#36;x&#36;");
    expect(html).not.toContain("<i>");
  });

  test("interact prints the picture of the first values, and awaits it", async () => {
    const printed = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      await interact({ x: slider("x", { max: 4, step: 1 }) }, async ({ x }) => `x is ${x}`);
      expect(printed.mock.calls.flat().join()).toContain("x is 2");
    } finally {
      printed.mockRestore();
    }
  });
});

describe("contents in fewer places", () => {
  const plotly = "application/vnd.plotly.v1+json";
  const printed = { "text/plain": "a <b>\n" };
  const table = { "text/html": "<table></table>", "text/plain": "t" };
  const figure = { [plotly]: {}, "image/svg+xml": "<svg/>", "text/plain": "f" };

  test("what fits stays as it is", () => {
    expect(fitted([printed, figure], 2)).toEqual([printed, figure]);
    expect(fitted([figure], 3)).toEqual([figure]);
  });

  test("texts go together first, and a figure stays one where it can", () => {
    expect(fitted([printed, { "text/plain": "b" }, figure], 2)).toEqual([
      { "text/plain": "a <b>\nb" },
      figure,
    ]);
    expect(fitted([figure, printed, table], 2)[0]).toBe(figure);
  });

  test("in a single place all of them stand below one another, text escaped", () => {
    const [{ "text/html": html, "text/plain": text }] = fitted([printed, table, figure], 1);
    expect(html).toMatch(/<pre>a &#60;b&#62;.*<\/pre>.*<table><\/table>\n<svg\/>$/s);
    expect(text).toBe("a <b>\nt\nf");
  });
});

describe("bad input", () => {
  test.each<[() => unknown, string]>([
    [() => slider("s", { min: 1, max: 1 }), "max must be > min (1), got 1"],
    [() => slider("s", { value: 2 }), "value must be in [0, 1], got 2"],
    [() => slider("s", { step: 0 }), "step must be > 0, got 0"],
    [() => slider("s", { steps: 1 } as never), 'option must be one of min, max, step, value, got "steps"'],
    [() => slider(3 as never), "label must be a string, got 3"],
    [() => dropdown("d", []), "choices must hold at least one choice, got none"],
    [() => dropdown("d", ["a", "a"]), 'choices must be named differently, got "a"'],
    [() => dropdown("d", ["a"], { value: "b" as never }), 'value must be one of a, got "b"'],
    [() => checkbox("c", { value: 1 as never }), "value must be true or false, got 1"],
    [() => stars("s", { value: 6 }), "value must be a whole number from 1 to 5, or undefined, got 6"],
    [() => stars("s", { value: 0 }), "value must be a whole number from 1 to 5, or undefined, got 0"],
    [() => text("t", { value: null as never }), "value must be a string, got null"],
  ])("%s", (make, message) => {
    expect(make).toThrow(message);
  });
});
