import { expect, it } from "vitest";
import type { Trial } from "../../src/modelSelection/gridSearch";
import { comparison, settingCurve, validationCurve } from "../../src/show/validationPlots";
import { thrown } from "../samples";

const trial = (settings: Record<string, number>, mean: number, curve?: number[]): Trial => ({
  settings,
  rmse: { mean, low: mean - 0.01, high: mean + 0.01 },
  ...(curve && { validation: Float64Array.from(curve) }),
});

it("draws the error while training, a curve a trial, the best first, and where it is least", () => {
  const { data } = validationCurve([
    trial({ numFeatures: 4, lambda: 1, iterations: 1 }, 0.95, [1, 0.95, 0.96]),
    trial({ numFeatures: 4, lambda: 9, iterations: 2 }, 0.9, [1, 0.93, 0.9, 0.92]),
    trial({ numFeatures: 4, lambda: 5, iterations: 2 }, 0.8),
  ]);
  expect(data.map(({ name, x, y }) => [name, x, y])).toEqual([
    ["lambda 9", undefined, [1, 0.93, 0.9, 0.92]],
    ["least, lambda 9", [2], [0.9]],
    ["lambda 1", undefined, [1, 0.95, 0.96]],
    ["least, lambda 1", [1], [0.95]],
  ]);
  expect(thrown(() => validationCurve([trial({}, 1)]))).toBe(
    "RangeError: trials must hold one whose error was followed, got none",
  );
});

it("draws no more than the six best", () => {
  const many = Array.from({ length: 20 }, (_, k) => trial({ lambda: k }, 1 - k / 100, [1, 1 - k / 100]));
  const names = validationCurve(many).data.map(({ name }) => name as string);
  expect(names.filter((name) => !name.startsWith("least"))).toEqual(
    [19, 18, 17, 16, 15, 14].map((lambda) => `lambda ${lambda}`),
  );
});

it("draws the error against a setting, each at the best of what else was tried, and rings the best", () => {
  const { data, layout } = settingCurve([
    trial({ numFeatures: 4, lambda: 1, damping: 0 }, 0.95),
    trial({ numFeatures: 4, lambda: 1, damping: 5 }, 0.94),
    trial({ numFeatures: 4, lambda: 10, damping: 5 }, 0.92),
    trial({ numFeatures: 8, lambda: 10, damping: 5 }, 0.91),
  ]);
  expect(data.map(({ name, x, y }) => [name, x, y])).toEqual([
    ["numFeatures 4", [1, 10], [0.94, 0.92]],
    ["numFeatures 8", [1, 10], [null, 0.91]],
    ["best, with its<br>interval over the folds", [10], [0.91]],
  ]);
  expect((data[2].error_y as { array: number[] }).array[0]).toBeCloseTo(0.01, 12);
  expect((layout.xaxis as { type: string }).type).toBe("log");
  expect(thrown(() => settingCurve([trial({ lambda: 1 }, 1)], { setting: "scale" }))).toBe(
    "RangeError: trials must have the setting scale, and have not",
  );
  const alone = settingCurve([trial({ scale: 0.1 }, 1)], { setting: "scale", each: "numFeatures" });
  expect(alone.data[0].name).toBe("RMSE");
});

it("puts models side by side, the best on top, with the halves of their intervals", () => {
  const rows = [
    { model: "a <b>", rmse: 1, "rmse ±": 0.1, ndcg: 0.1 },
    { model: "c", rmse: 0.9, "rmse ±": Number.NaN, ndcg: 0.05 },
  ];
  const [dots] = comparison(rows).data;
  expect([dots.x, dots.y]).toEqual([
    [0.9, 1],
    ["c", "a &#60;b&#62;"],
  ]);
  expect((dots.error_x as { array: number[] }).array).toEqual([0, 0.1]);
  expect(comparison(rows, { metric: "ndcg" }).data[0].x).toEqual([0.1, 0.05]);
  expect(thrown(() => comparison(rows, { metric: "mae" }))).toBe(
    'RangeError: rows must have mae, and "a <b>" has not',
  );
  expect(thrown(() => comparison([]))).toBe("RangeError: rows must be at least one, got none");
});
