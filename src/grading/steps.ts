/** What is run of a submission, in which order and from whom: the student's cells as they stand, the grader's as they were. */
import { isTest, type Notebook, type NotebookCell } from "./notebook";

/** A cell of a submission that is run. */
export interface Step {
  /** The cell's place in the submission. */
  at: number;
  kind: "cell" | "test";
  source: string;
  /** nbgrader's name of the cell, where it has one. */
  name?: string;
  points?: number;
}

/**
 * The steps of a submission. Cells that nbgrader locks are those of the source, whatever was done to them; where one
 * stands twice, the last one counts, as for nbgrader; a test that is not in the source is none.
 */
export function stepsOf(source: Notebook, submitted: Notebook): Step[] {
  const known = new Map(
    source.cells.flatMap((cell) => (cell.grading ? [[cell.grading.grade_id, cell]] : [])),
  );
  const lastPlace = new Map(submitted.cells.map(({ grading }, k) => [grading?.grade_id, k]));
  return submitted.cells.flatMap((cell, at): Step[] => {
    const name = cell.grading?.grade_id;
    const original = name !== undefined && lastPlace.get(name) === at ? known.get(name) : undefined;
    const { cell_type, source: text } = original?.grading?.locked ? original : cell;
    if (cell_type !== "code" && original?.cell_type !== "code") return [];
    if (original && isTest(original))
      return [{ at, kind: "test", source: text, name, points: original.grading?.points ?? 0 }];
    return [{ at, kind: "cell", source: text, ...(original && { name }) }];
  });
}

/** The tests of a source that a submission has no more. */
export function missingTests(source: Notebook, submitted: Notebook): NotebookCell[] {
  const there = new Set(submitted.cells.map(({ grading }) => grading?.grade_id));
  return source.cells.filter((cell) => isTest(cell) && !there.has(cell.grading?.grade_id));
}
