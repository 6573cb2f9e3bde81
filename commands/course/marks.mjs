import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Problem } from "../project/problem.mjs";
import { runSetup } from "../setup/setup.mjs";
import { readJson, writeWhole } from "../setup/stamp.mjs";
import { Course } from "./folder.mjs";
import { marks } from "./gradebook.mjs";

export const help = `npm run course -- marks FOLDER NAME

Writes marks-NAME.html into the course folder: how the points are distributed, over all and by task, and the mistakes that
were made most, by the names that the checks give them. It names no student.`;

export const args = ["FOLDER", "NAME"];

export async function run([path, assignment]) {
  const course = new Course(path);
  course.checkAssignment(assignment);
  await runSetup();
  const all = (await marks(course)).filter((one) => one.assignment === assignment);
  if (all.length === 0)
    throw new Problem(`Nothing of ${assignment} is graded: see npm run course -- grade --help.`);
  const file = join(course.root, `marks-${assignment}.html`);
  writeWhole(file, page(assignment, all, mistakesOf(course, assignment)));
  console.log(`Open ${pathToFileURL(file)}`);
  return 0;
}

/** How many made which mistake, by task: the commonest first. */
function mistakesOf(course, assignment) {
  const counts = new Map();
  for (const student of course.students(assignment))
    for (const notebook of course.notebooks(assignment))
      for (const { name, passed, mistake } of readJson(
        join(course.keptFolder(student, assignment), `${notebook}.json`),
      )?.judged.tests ?? []) {
        if (passed) continue;
        const ofTask = counts.get(name) ?? new Map();
        counts.set(name, ofTask.set(mistake, (ofTask.get(mistake) ?? 0) + 1));
      }
  return new Map(
    [...counts].map(([name, ofTask]) => [name, [...ofTask].sort((one, other) => other[1] - one[1])]),
  );
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const percent = (part, whole) => (whole > 0 ? (100 * part) / whole : 0);

/** What an error of the judge's is called on the page. */
const words = {
  NotDefined: "not defined",
  OutOfTime: "took too long",
  OutOfMemory: "took too much memory",
  TooMuchOutput: "printed too much",
  TooManyProcesses: "started too many processes",
  ProcessEnded: "ended its process",
  Crashed: "crashed its process",
};

function page(assignment, all, mistakes) {
  const most = Math.max(...all.map((one) => one.most));
  const names = all[0].cells.map(({ name }) => name);
  const mean = all.reduce((sum, { score }) => sum + score, 0) / all.length;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(assignment)}: marks</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
.histogram { display: flex; align-items: flex-end; gap: 2px; height: 9rem; border-bottom: 1px solid #888 }
.histogram div { flex: 1; background: #0072b2; position: relative; min-width: 4px }
.histogram span { position: absolute; top: -1.4em; width: 100%; text-align: center; font-size: 12px }
.scale { display: flex; gap: 2px; font-size: 12px; color: #555 } .scale span { flex: 1; text-align: center; min-width: 4px }
.bar { display: flex; height: 1.1rem; background: #eee; margin: .2rem 0 .4rem }
.full { background: #009e73 } .part { background: #e69f00 } .none { background: #d55e00 } .waits { background: #bbb }
table { border-collapse: collapse } td { padding: .1rem .8rem .1rem 0 } td.n { text-align: right; font-variant-numeric: tabular-nums }
.legend span { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em }
</style>
</head>
<body>
<h1>${escaped(assignment)}: marks of ${all.length}</h1>
<p>${mean.toFixed(1)} of ${most} points in the mean.</p>
<h2>Points</h2>
${histogram(
  all.map(({ score }) => score),
  most,
)}
<h2>By task</h2>
<p class="legend"><span class="full"></span>all points<span class="part"></span>some<span class="none"></span>none<span class="waits"></span>to be marked by hand</p>
${names.map((name) => task(name, all, mistakes.get(name) ?? [])).join("\n")}
</body>
</html>
`;
}

/** At most 21 bars, each of as many points. */
function histogram(scores, most) {
  const width = Math.max(1, Math.ceil((most + 1) / 21));
  const bars = Array.from({ length: Math.floor(most / width) + 1 }, (_, k) => ({
    label: width === 1 ? k : `${k * width}–${Math.min(most, (k + 1) * width - 1)}`,
    count: scores.filter((score) => Math.floor(Math.max(0, Math.min(score, most)) / width) === k).length,
  }));
  const highest = Math.max(...bars.map(({ count }) => count));
  const drawn = bars.map(
    ({ count }) =>
      `<div style="height: ${0.85 * percent(count, highest)}%">${count > 0 ? `<span>${count}</span>` : ""}</div>`,
  );
  const labels = bars.map(({ label }) => `<span>${label}</span>`);
  return `<div class="histogram">${drawn.join("")}</div>\n<div class="scale">${labels.join("")}</div>`;
}

function task(name, all, mistakes) {
  const cells = all.flatMap(({ cells }) => cells.filter((cell) => cell.name === name));
  const kinds = {
    full: cells.filter(({ score, most, waits }) => !waits && score >= most).length,
    part: cells.filter(({ score, most, waits }) => !waits && score > 0 && score < most).length,
    none: cells.filter(({ score, waits }) => !waits && score <= 0).length,
    waits: cells.filter(({ waits }) => waits).length,
  };
  const bar = Object.entries(kinds).map(
    ([kind, count]) =>
      `<div class="${kind}" title="${count}" style="width: ${percent(count, cells.length)}%"></div>`,
  );
  const rows = mistakes
    .slice(0, 8)
    .map(
      ([mistake, count]) =>
        `<tr><td class="n">${count}</td><td>${escaped(words[mistake] ?? mistake)}</td></tr>`,
    );
  return `<h3>${escaped(name)}: ${kinds.full} of ${cells.length}</h3>
<div class="bar">${bar.join("")}</div>${rows.length > 0 ? `\n<table>${rows.join("")}</table>` : ""}`;
}
