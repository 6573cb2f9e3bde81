/** The assignments as instructors have them, and submissions made of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Notebook, type NotebookCell, notebookFrom } from "../../src/grading/notebook";

export const assignments = [
  "1-ratings-and-content",
  "2-collaborative-filtering",
  "3-binary-and-normalization",
  "4-your-recommender",
] as const;

export type Assignment = 1 | 2 | 3 | 4;

export const fileOf = (assignment: Assignment): string =>
  join(__dirname, "..", "..", "notebooks", "assignments", `${assignments[assignment - 1]}.ipynb`);

export const sourceOf = (assignment: Assignment): Notebook =>
  notebookFrom(readFileSync(fileOf(assignment), "utf8"), fileOf(assignment));

/** A notebook's cell by nbgrader's name of it. */
export function cellOf({ cells }: Notebook, name: string): NotebookCell {
  const cell = cells.find(({ grading }) => grading?.grade_id === name);
  if (cell === undefined) throw new RangeError(`no cell ${name}`);
  return cell;
}

/** The names of the cells that are to be filled with code. */
export const toFill = ({ cells }: Notebook): string[] =>
  cells.flatMap(({ cell_type, grading }) =>
    cell_type === "code" && grading?.solution ? [grading.grade_id] : [],
  );

/** A solution with pieces of it replaced; each must be there, once. */
export function edited(source: string, edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2)
      throw new RangeError(`${JSON.stringify(from)} stands ${parts.length - 1} times in:\n${text}`);
    return parts.join(to);
  }, source);
}

/** A submission of the assignment with other code in some of its cells. */
export function submission(assignment: Assignment, code: Readonly<Record<string, string>>): Notebook {
  const source = sourceOf(assignment);
  for (const name of Object.keys(code)) cellOf(source, name);
  return {
    ...source,
    cells: source.cells.map((cell) => ({
      ...cell,
      source: code[cell.grading?.grade_id ?? ""] ?? cell.source,
    })),
  };
}
