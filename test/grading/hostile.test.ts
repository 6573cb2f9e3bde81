// @module-tag slow
import { beforeAll, describe, expect, test } from "vitest";
import { type Judged, judge } from "../../src/grading/judge";
import type { Limits } from "../../src/grading/limits";
import { blows, tampered, tricks } from "./hostile";
import { asNotebook, submissionOf, type ToyNotebook, threeTasks, wrongPredict } from "./toy";

const source = asNotebook(threeTasks());

/** Each trick before each second blow: what stands at the end of the notebook, and is right, must keep its points. */
const struck = blows.map((blow, k) => {
  const trick = tricks[k % tricks.length];
  const notebook = submissionOf(({ predict, cost }) => {
    predict.source = `${trick.code}\n${wrongPredict}`;
    cost.source = blow.code;
  }, threeTasks());
  return { what: `${trick.what}, and ${blow.what}`, fails: blow.fails, notebook };
});
const changed = tampered.map(({ what, wanted, change }) => ({
  ...{ what, wanted, notebook: submissionOf(change, threeTasks()) },
}));
const right = { what: "is right", notebook: threeTasks() };

/** Judged two at a time, as on two cores. */
const judged = new Map<string, Promise<Judged>>();
const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];

beforeAll(() => {
  for (const [k, { what, notebook }] of [right, ...struck, ...changed].entries()) {
    const one = lanes[k % 2].then(() => judgedShortly(what, notebook));
    lanes[k % 2] = one.catch(() => undefined);
    judged.set(what, one);
  }
});

function judgedShortly(what: string, notebook: ToyNotebook): Promise<Judged> {
  const limits: Partial<Limits> = { cellSeconds: /loops/.test(what) ? 5 : 20, memory: 700, seconds: 60 };
  return judge(source, asNotebook(notebook), { limits });
}

const pointsOf = ({ tests }: Judged) => tests.map(({ points }) => points);

describe("a submission that", () => {
  test("is right gets all points", async () => {
    expect(pointsOf((await judged.get("is right"))!)).toEqual([2, 3, 4]);
  });

  test.each(struck)("$what", async ({ what, fails }) => {
    const result = (await judged.get(what))!;
    expect([...result.failures, ...result.tests].map(({ text }) => text).join("\n")).toMatch(fails);
    expect(pointsOf(result)).toEqual([0, 0, 4]);
  });

  test.each(changed)("$what", async ({ what, wanted }) => {
    expect(pointsOf((await judged.get(what))!)).toEqual(wanted);
  });

  test("looks for references finds none", async () => {
    const one = struck.find(({ what }) => /references/.test(what))!;
    const { outputs } = (await judged.get(one.what))!;
    const [{ text }] = Object.values(outputs)
      .flat()
      .filter((output) => output.output_type === "stream") as { text: string }[];
    expect(JSON.parse(text)).toEqual({ found: [], tasks: [], beside: [] });
  });
});
