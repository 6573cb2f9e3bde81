/** Notebook files, and what nbgrader keeps in their cells. */
import { readFileSync } from "node:fs";
import type { Limits } from "./limits";

/** An output as a notebook file keeps it. */
export type CellOutput =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data"; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | {
      output_type: "execute_result";
      data: Record<string, unknown>;
      metadata: Record<string, unknown>;
      execution_count: number;
    }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** What nbgrader knows of a cell. */
export interface Grading {
  grade_id: string;
  grade: boolean;
  solution: boolean;
  locked: boolean;
  task?: boolean;
  points?: number;
}

export interface NotebookCell {
  id?: string;
  cell_type: string;
  source: string;
  grading: Grading | undefined;
}

export interface Notebook {
  cells: NotebookCell[];
  /** What a submission may use, where the source says so: in the notebook's metadata, `{ "cofi": { "limits": … } }`. */
  limits: Partial<Limits>;
}

/**
 * A notebook file's cells.
 *
 * @throws RangeError for a file that is no notebook.
 */
export function readNotebook(file: string): Notebook {
  return notebookFrom(readFileSync(file, "utf8"), file);
}

/** The cells in a notebook's text. */
export function notebookFrom(text: string, file: string): Notebook {
  const wrong = (what: string) => new RangeError(`${file} must be a notebook, got ${what}`);
  let content: { cells?: unknown; metadata?: { cofi?: { limits?: Partial<Limits> } } };
  try {
    content = JSON.parse(text);
  } catch {
    throw wrong("a text that is not JSON");
  }
  if (!Array.isArray(content?.cells)) throw wrong("no cells");
  return {
    limits: content.metadata?.cofi?.limits ?? {},
    cells: content.cells.map((cell, k) => {
      if (typeof cell !== "object" || cell === null) throw wrong(`no cell (cell ${k})`);
      return {
        ...(typeof cell.id === "string" && { id: cell.id }),
        cell_type: String(cell.cell_type),
        source: Array.isArray(cell.source) ? cell.source.join("") : String(cell.source ?? ""),
        grading: gradingOf(cell.metadata?.nbgrader),
      };
    }),
  };
}

function gradingOf(given: Partial<Grading> | undefined): Grading | undefined {
  if (typeof given?.grade_id !== "string") return undefined;
  const { grade_id, grade, solution, locked, task, points } = given;
  return {
    grade_id,
    grade: grade === true,
    solution: solution === true,
    locked: locked === true || (grade === true && solution !== true),
    ...(task === true && { task }),
    ...(points !== undefined && { points: Number(points) }),
  };
}

/** Whether a cell is a test: code that decides points. */
export const isTest = ({ cell_type, grading }: NotebookCell): boolean =>
  cell_type === "code" && grading?.grade === true && !grading.solution;
