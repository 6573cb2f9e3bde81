/** Runs an exported page whole, as a reader does, and tells where it puts out something else than is stored. */
import { readFileSync } from "node:fs";

/**
 * The cells whose outputs may differ from those that are stored, and why. What takes seconds takes others each time; the
 * numbers of TensorFlow.js have seven digits, of which the last depend on the order in which its backend adds up; the
 * engines of Node 20 and of browsers differ in the last digit of `x ** y`, and so does what is sampled; and where a page
 * has one thread, a line says so.
 */
export const mayDiffer = {
  "08-23": "the last digit of a power",
  "09-16": "the last digit of a power",
  "09-18": "the last digit of a power",
  "07-12": "tensors' last digits",
  "07-17": "tensors' last digits",
  "07-19": "tensors' last digits",
  "11-10": "timings",
  "11-11": "timings",
  "11-w2": "timings",
  "11-spark-04": "no Spark in a browser",
  "11-spark-06": "no Spark in a browser",
  "11-spark-08": "no Spark in a browser",
  "11-spark-10": "no Spark in a browser",
  "11-spark-12": "no Spark in a browser",
  "11-16": "the line about threads",
  "11-25": "timings",
  "11-43": "timings",
  "11-48": "timings",
};

/** What is taken for the same, by the reason why it may differ. */
const alike = {
  "no Spark in a browser": (_, b) => b === "[]" || b.includes("No Spark here. "),
  timings: (a, b) => withoutNumbers(a) === withoutNumbers(b),
  "tensors' last digits": (a, b) => areNear(a, b, 1e-3),
  "the last digit of a power": (a, b) => areNear(a, b, 1e-11),
  "the line about threads": (a, b) => a === b.replace(/one thread instead of \d+, [^\n]*?\\n/, ""),
};

const number = /-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:e[+-]?\d+)?/g;
const withoutNumbers = (text) => text.replace(number, "#").replace(/[─\s]+/g, " ");
const numbersOf = (text) => (text.match(number) ?? []).map((one) => Number(one.replaceAll(",", "")));

function areNear(a, b, share) {
  const [own, others] = [numbersOf(a), numbersOf(b)];
  const isNear = (n, k) => Math.abs(n - others[k]) <= share * Math.max(1, Math.abs(n), Math.abs(others[k]));
  return withoutNumbers(a) === withoutNumbers(b) && own.every(isNear);
}

/**
 * What a notebook's code cells put out, in one form whether it was stored here or made in a browser: without stills, which
 * the kernel in a browser draws none of and JupyterLab's extension for plotly its own, and without controls, which have
 * other names in each run.
 *
 * @returns {{ id: string, outputs: { output_type: string, text?: string, data: Record<string, unknown> }[] }[]}
 */
export function saidIn({ cells }) {
  return cells
    .filter((cell) => cell.cell_type === "code")
    .map(({ id, outputs = [] }) => ({
      id,
      outputs: whole(outputs).map(({ output_type, text, data = {} }) => {
        const {
          "image/svg+xml": _still,
          "image/png": _own,
          "application/vnd.jupyter.widget-view+json": _view,
          ...forms
        } = data;
        const joined = Object.entries(forms).map(([type, value]) => [
          type,
          Array.isArray(value) ? value.join("") : value,
        ]);
        const printed = text === undefined ? {} : { text };
        return { output_type, ...printed, data: Object.fromEntries(joined) };
      }),
    }));
}

/** The outputs with what was printed in pieces, one after the other, in one. */
function whole(outputs) {
  const all = [];
  for (const output of outputs) {
    const last = all.at(-1);
    const text = output.text === undefined ? undefined : [output.text].flat().join("");
    if (text !== undefined && last?.name === output.name) last.text += text;
    else all.push(text === undefined ? output : { ...output, text });
  }
  return all;
}

/** The same with the keys of its objects in order, as a text. */
const inOrder = (value) =>
  JSON.stringify(value, (_, one) =>
    one !== null && typeof one === "object" && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

/**
 * The cells that have put out something else than is stored: as declared in `mayDiffer`, and otherwise.
 *
 * @returns {{ id: string, why: string | undefined, stored: string, got: string }[]}
 */
export function differences(stored, ran) {
  const ownOf = new Map(saidIn(ran).map(({ id, outputs }) => [id, outputs]));
  return saidIn(stored).flatMap(({ id, outputs }) => {
    const [a, b] = [outputs, ownOf.get(id)].map((each) => inOrder(each) ?? "no such cell");
    if (a === b) return [];
    const why = mayDiffer[id];
    return [{ id, why: why && alike[why](a, b) ? why : undefined, stored: a, got: b }];
  });
}

/**
 * Runs all cells of an open page and gives it as a notebook, as the reader downloads it.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ limit?: number }} [options] How long the cells may take, in milliseconds. @default 10 minutes
 */
export async function runPage(page, { limit = 600_000 } = {}) {
  const button = (name) => page.locator(".live-bar").getByRole("button", { name });
  const began = performance.now();
  await button("Run all").click();
  await page.waitForTimeout(50);
  await button("Stop").and(page.locator(":disabled")).waitFor({ timeout: limit });
  const seconds = (performance.now() - began) / 1000;
  const status = (await page.locator(".live-status").textContent()) ?? "";
  const [download] = await Promise.all([page.waitForEvent("download"), button("Download").click()]);
  return { seconds, status, notebook: JSON.parse(readFileSync(await download.path(), "utf8")) };
}
