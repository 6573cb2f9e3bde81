// @module-tag slow

import { expect, test } from "vitest";
import { stub } from "../../src/exercises/grade";
import type { Judged } from "../../src/grading/judge";
import type { Notebook, NotebookCell } from "../../src/grading/notebook";
import { type Assignment, cellOf, sourceOf } from "./notebooks";
import { type Plant, plants } from "./plants";
import { type Handed, judged } from "./pool";
import { submissions } from "./submissions";

/**
 * All planted answers of an assignment as one notebook: each in a cell of its own, with a copy of its test after it. A
 * process takes seconds to start, and a function that is declared again is another.
 */
function inOne(assignment: Assignment, own: readonly Plant[]): Handed {
  const original = sourceOf(assignment);
  // Of the instructor's cells those with declarations that answers use; pictures are not needed here.
  const given = original.cells.filter(
    ({ cell_type, grading, source }) =>
      cell_type === "code" &&
      grading?.locked &&
      !grading.grade &&
      /function (costOfTensors|gradientOf)|const rows =/.test(source),
  );
  const cells: NotebookCell[] = [
    { cell_type: "code", source: 'import { check, tf } from "cofi";', grading: undefined },
  ];
  cells.push(...given);
  const rows = own.flatMap(({ cell, code }, k) => {
    const [answer, examination] = [cellOf(original, cell), cellOf(original, `${cell}-test`)];
    return [
      { ...answer, source: code, grading: { ...answer.grading!, grade_id: `${k}` } },
      { ...examination, grading: { ...examination.grading!, grade_id: `${k}-test` } },
    ];
  });
  const notebook: Notebook = { ...original, cells: [...cells, ...rows] };
  return { source: notebook, submitted: notebook, limits: { seconds: 600 } };
}

const byAssignment = ([1, 2, 3, 4] as const).map((assignment) => ({
  assignment,
  own: plants.filter((plant) => plant.assignment === assignment),
}));

test("every submission gets the mark that it must", async () => {
  const results = await judged(
    [...submissions, ...byAssignment.map(({ assignment, own }) => inOne(assignment, own))],
    20,
  );
  const [ofSubmissions, ofPlants] = [results.slice(0, submissions.length), results.slice(submissions.length)];

  // The instructor's form runs from top to bottom without an error.
  submissions.forEach(({ name }, k) => {
    if (!name.startsWith("the instructor's")) return;
    const errors = Object.values(ofSubmissions[k].outputs)
      .flat()
      .filter(({ output_type }) => output_type === "error");
    expect(errors, name).toEqual([]);
  });

  // The students' form says what to write, and stops at the first given cell that needs it.
  const unwritten = submissions.findIndex(({ name }) => name === "empty, 1");
  for (const { text } of ofSubmissions[unwritten].tests)
    expect(text).toMatch(/^No answer yet: .*\nWrite \w+\(/);
  const [[, stopped]] = Object.entries(ofSubmissions[unwritten].outputs).filter(([at, outputs]) =>
    outputs.some(
      ({ output_type }) =>
        output_type === "error" && submissions[unwritten].source.cells[Number(at)].grading?.grade !== true,
    ),
  );
  expect(stopped).toContainEqual(expect.objectContaining({ ename: "Error", evalue: stub }));

  const given = submissions.map(({ name }, k) => ({ name, lost: lost(ofSubmissions[k]) }));
  expect(given).toEqual(submissions.map(({ name, lost }) => ({ name, lost })));

  byAssignment.forEach(({ own }, at) => {
    const tests = ofPlants[at].tests;
    expect(tests).toHaveLength(own.length);
    const marks = own.map(({ cell }, k) => ({
      cell,
      mark: `${tests[k].points} of ${tests[k].most}`,
      mistake: tests[k].mistake,
    }));
    expect(marks).toEqual(
      own.map(({ cell, mistake }, k) => ({
        cell,
        mark: `${mistake === undefined ? tests[k].most : 0} of ${tests[k].most}`,
        mistake,
      })),
    );
  });
});

/** The tests that gave no points. */
const lost = ({ tests }: Judged): string[] =>
  tests.filter(({ points }) => points === 0).map(({ name }) => name.replace(/-test$/, ""));
