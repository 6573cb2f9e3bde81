/**
 * What other people's tools make of good and of failing notebooks in Cofi's kernel and in tslab as it comes: written to
 * `bench/tools.md`. `node bench/tools.mjs`, some two minutes.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { writeWhole } from "../commands/setup/stamp.mjs";
import { answerOf, ownKernel } from "../test/kernel/python.mjs";

const inBench = (name) => fileURLToPath(new URL(name, import.meta.url));
const { version } = createRequire(import.meta.url)("tslab/package.json");
const contenders = {
  "Cofi's kernel": ownKernel,
  [`tslab ${version}`]: [inBench("stockKernel.cjs"), "{connection_file}"],
};

const answers = [];
for (const kernel of Object.values(contenders))
  answers.push({
    verdicts: await answerOf("tools.py", kernel),
    scores: (await answerOf("grading.py", kernel)).scores,
  });

function verdict({ passed, says }, should) {
  const mark = passed === should && (should || says) ? "✓" : "✗";
  return `${mark} ${passed ? "passes" : says ? "fails, says where" : "fails, does not say where"}`;
}

const score = (scored, should) =>
  scored === null ? "✗ no grade" : `${scored[0] === should ? "✓" : "✗"} ${scored[0]} of ${scored[1]}`;

const [{ verdicts, scores }] = answers;
const cases = Object.keys(verdicts);
const rows = Object.keys(verdicts.good).flatMap((tool) =>
  cases.map((name) => [
    ...[tool, name],
    ...answers.map((answer) => verdict(answer.verdicts[name][tool], name === "good")),
  ]),
);
const graded = Object.keys(scores).map((student) => [
  ...["nbgrader", `${student} submission`],
  ...answers.map((answer) => score(answer.scores[student], student === "correct" ? 3 : 0)),
]);
const head = ["tool", "notebook", ...Object.keys(contenders)];
const table = [head, head.map(() => "---"), ...rows, ...graded].map((row) => `| ${row.join(" | ")} |`);
const text = `# Kernels that graders and CI can believe, or not

A good notebook passes; each of the others fails, and what the tool says names the line. nbgrader gives a correct submission
3 points of 3, and each other 0. \`node bench/tools.mjs\` makes this page.

${table.join("\n")}
`;
writeWhole(inBench("tools.md"), text);
console.log(table.join("\n"));
