import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runSetup } from "../setup/setup.mjs";
import { readJson, writeWhole } from "../setup/stamp.mjs";
import { Course } from "./folder.mjs";
import { marks } from "./gradebook.mjs";

export const help = `npm run course -- export FOLDER [NAME]

Writes the marks of an assignment, or of all, to export/: marks.csv with a row for each student and a column for each
assignment and each of its tasks, and gradescope/NAME/STUDENT/results.json as Gradescope reads it. Manual marks and
nbgrader's penalties for lateness count.`;

export const args = ["FOLDER", "NAME?"];

export async function run([path, name]) {
  const course = new Course(path);
  if (name !== undefined) course.checkAssignment(name);
  await runSetup();
  const all = (await marks(course)).filter(({ assignment }) => name === undefined || assignment === name);
  const folder = join(course.root, "export");
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, "marks.csv"), csv(all));
  for (const one of all) {
    const own = join(folder, "gradescope", one.assignment, one.student);
    mkdirSync(own, { recursive: true });
    writeWhole(
      join(own, "results.json"),
      `${JSON.stringify(gradescope(one, textsOf(course, one)), null, 2)}\n`,
    );
  }
  console.log(`Wrote ${join(folder, "marks.csv")} and ${all.length} results.json for Gradescope beside it.`);
  return 0;
}

/** What the tests said, by the names of their cells. */
function textsOf(course, { student, assignment }) {
  const judged = course
    .notebooks(assignment)
    .map((name) => readJson(join(course.keptFolder(student, assignment), `${name}.json`))?.judged);
  return new Map(judged.flatMap((one) => one?.tests ?? []).map(({ name, text }) => [name, text]));
}

function csv(all) {
  const columns = new Map(); // the heading of each, and whose value
  for (const { assignment, most, cells } of all) {
    columns.set(`${assignment} (of ${most})`, { assignment });
    for (const cell of cells)
      columns.set(`${assignment}: ${cell.name} (of ${cell.most})`, { assignment, cell: cell.name });
  }
  const students = [...new Set(all.map(({ student }) => student))].sort();
  const rows = students.map((student) => [
    student,
    ...[...columns.values()].map(({ assignment, cell }) => {
      const own = all.find((one) => one.student === student && one.assignment === assignment);
      return (cell === undefined ? own?.score : own?.cells.find(({ name }) => name === cell)?.score) ?? "";
    }),
  ]);
  return [["student", ...columns.keys()], ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** A field of a CSV; a text that a spreadsheet would take for a formula is told to be one. */
function field(value) {
  const text = typeof value === "string" && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function gradescope({ score, most, cells, penalty }, texts) {
  return {
    score,
    output: `${score} of ${most} points${penalty > 0 ? `, with ${penalty} off for lateness` : ""}.`,
    visibility: "visible",
    tests: cells.map(({ name, score: own, most: ofMost, waits }) => ({
      name,
      score: own,
      max_score: ofMost,
      ...(!waits && { status: own >= ofMost ? "passed" : "failed" }),
      output: texts.get(name) ?? (waits ? "To be marked by hand." : ""),
    })),
  };
}
