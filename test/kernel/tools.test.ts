// @module-tag slow
import { describe, expect, test } from "vitest";
import { type KernelName, runPython } from "./python";

const tools = ["nbclient", "nbconvert", "papermill", "nbmake", "nbval"] as const;
const failing = ["thrown error", "type error", "rejected promise", "last of 21 cells"];

/** By case and tool: whether the tool passed the notebook, whether it said where it fails, and all that it said. */
type Verdicts = Record<
  string,
  Record<(typeof tools)[number], { passed: boolean; says: boolean; said: string }>
>;
type Scores = Record<string, [score: number, maximum: number] | null>;

async function json<T>(script: string, kernel: KernelName): Promise<T> {
  const { status, out, log } = await runPython(script, "{folder}", kernel);
  if (status !== 0) throw new Error(log);
  return JSON.parse(out.trim().split("\n").at(-1) as string);
}

// Each is run once, when first asked for.
const verdicts = {
  cofi: once(() => json<Verdicts>("tools.py", "cofi")),
  stock: once(() => json<Verdicts>("tools.py", "stock")),
};
const scores = {
  cofi: once(() => json<{ scores: Scores; said: string }>("grading.py", "cofi")),
  stock: once(() => json<{ scores: Scores; said: string }>("grading.py", "stock")),
};

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const limit = 400_000;

describe("other people's tools believe this kernel", () => {
  test("a good notebook passes, with parameters and with compared outputs", { timeout: limit }, async () => {
    const { good } = await verdicts.cofi();
    for (const tool of tools)
      expect(good[tool], `${tool}: ${good[tool].said}`).toMatchObject({ passed: true });
  });

  test.each(failing)("%s: each fails, and says where", { timeout: limit }, async (name) => {
    const row = (await verdicts.cofi())[name];
    for (const tool of tools)
      expect(row[tool], `${tool}: ${row[tool].said}`).toMatchObject({ passed: false, says: true });
  });

  test("nbgrader gives full marks for a correct submission, and none for the others", {
    timeout: limit,
  }, async () => {
    const { scores: given, said } = await scores.cofi();
    expect(given, said).toEqual({ correct: [3, 3], wrong: [0, 3], empty: [0, 3], broken: [0, 3] });
  });
});

test("tslab as it comes is believed wrongly, as the table in the README says", {
  timeout: limit,
}, async () => {
  const stock = await verdicts.stock();
  const { scores: given } = await scores.stock();
  const ours = await verdicts.cofi();
  const ownScores = (await scores.cofi()).scores;
  const passedAnyway = failing.filter((name) => stock[name].nbmake.passed);
  expect(passedAnyway).toEqual(failing);
  expect(stock.good.nbval.passed).toBe(false);
  expect(given).not.toEqual(ownScores);
  console.log(table(ours, ownScores, stock, given));
});

/** The table of tools against cases, tslab's verdicts beside this kernel's. */
function table(ours: Verdicts, ownScores: Scores, stock: Verdicts, given: Scores): string {
  const verdict = (row: Verdicts[string], tool: (typeof tools)[number], should: boolean) => {
    const { passed, says } = row[tool];
    const mark = passed === should && (should || says) ? "✓" : "✗";
    return `${mark} ${passed ? "passes" : says ? "fails, says where" : "fails, does not say where"}`;
  };
  const score = (scored: Scores[string], should: number) =>
    scored === null ? "✗ no grade" : `${scored[0] === should ? "✓" : "✗"} ${scored[0]} of ${scored[1]}`;
  const lines = ["| tool | notebook | Cofi's kernel | tslab 1.0.22 |", "|---|---|---|---|"];
  for (const tool of tools)
    for (const name of ["good", ...failing])
      lines.push(
        `| ${tool} | ${name} | ${verdict(ours[name], tool, name === "good")} | ${verdict(stock[name], tool, name === "good")} |`,
      );
  for (const student of Object.keys(ownScores)) {
    const should = student === "correct" ? 3 : 0;
    lines.push(
      `| nbgrader | ${student} submission | ${score(ownScores[student], should)} | ${score(given[student], should)} |`,
    );
  }
  return lines.join("\n");
}
