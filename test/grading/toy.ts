/** A small assignment of two tasks, and submissions made of it. */
import { type Notebook, notebookFrom } from "../../src/grading/notebook";

interface Flags {
  grade?: boolean;
  solution?: boolean;
  locked?: boolean;
  points?: number;
}

export interface ToyCell {
  cell_type: string;
  id: string;
  metadata: { nbgrader?: Record<string, unknown> };
  source: string;
  execution_count?: null;
  outputs?: [];
}

export interface ToyNotebook {
  nbformat: 4;
  nbformat_minor: 5;
  metadata: object;
  cells: ToyCell[];
}

const code = (id: string, source: string, flags?: Flags): ToyCell => ({
  ...{ cell_type: "code", id, execution_count: null, outputs: [], source },
  metadata: flags
    ? {
        nbgrader: {
          ...{ schema_version: 3, grade_id: id, grade: false, solution: false, locked: false, task: false },
          ...flags,
        },
      }
    : {},
});

const hidden = (call: string) => `/// BEGIN HIDDEN TESTS\n${call}\n/// END HIDDEN TESTS`;

export const predict = `function predict(x: number[], w: number[], b: number): number {
  /// BEGIN SOLUTION
  return x.reduce((sum, feature, f) => sum + feature * w[f], b);
  /// END SOLUTION
}`;

export const userCost = `function userCost(X: number[][], w: number[], b: number, y: number[], r: number[], lambda: number): number {
  /// BEGIN SOLUTION
  let errors = 0;
  X.forEach((x, i) => {
    if (r[i] === 1) errors += (x.reduce((sum, feature, f) => sum + feature * w[f], b) - y[i]) ** 2;
  });
  return (errors + lambda * w.reduce((sum, weight) => sum + weight * weight, 0)) / 2;
  /// END SOLUTION
}`;

/** The instructor's form: two points for predict, three for userCost. */
export function toySource(limits?: object): ToyNotebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { display_name: "TypeScript (Cofi)", language: "typescript", name: "tslab" },
      language_info: { name: "typescript", file_extension: ".ts" },
      ...(limits && { cofi: { limits } }),
    },
    cells: [
      code("setup", 'import { check, examine } from "cofi";', { locked: true }),
      code("predict", predict, { solution: true }),
      code("test-predict", `check("02 predict", predict);\n${hidden('examine("02 predict", predict);')}`, {
        ...{ grade: true, locked: true, points: 2 },
      }),
      code("cost", userCost, { solution: true }),
      code("test-cost", `check("02 user cost", userCost);\n${hidden('examine("02 user cost", userCost);')}`, {
        ...{ grade: true, locked: true, points: 3 },
      }),
    ],
  };
}

/** A submission: the solved assignment, changed. */
export function submissionOf(
  change: (cells: Record<string, ToyCell>, notebook: ToyNotebook) => void,
  notebook = toySource(),
): ToyNotebook {
  change(Object.fromEntries(notebook.cells.map((cell) => [cell.id, cell])), notebook);
  return notebook;
}

/** The same with a third task, for four points, at its end. */
export function threeTasks(): ToyNotebook {
  const notebook = toySource();
  notebook.cells.push(
    code("gradient", userGradient, { solution: true }),
    code(
      "test-gradient",
      `check("02 user gradient", userGradient);\n${hidden('examine("02 user gradient", userGradient);')}`,
      {
        ...{ grade: true, locked: true, points: 4 },
      },
    ),
  );
  return notebook;
}

const userGradient = `function userGradient(X: number[][], w: number[], b: number, y: number[], r: number[], lambda: number): { w: number[]; b: number } {
  /// BEGIN SOLUTION
  const gradient = { w: w.map((weight) => lambda * weight), b: 0 };
  for (let i = 0; i < X.length; i++) {
    if (r[i] === 0) continue;
    let error = b - y[i];
    for (let f = 0; f < w.length; f++) error += X[i][f] * w[f];
    for (let f = 0; f < w.length; f++) gradient.w[f] += error * X[i][f];
    gradient.b += error;
  }
  return gradient;
  /// END SOLUTION
}`;

export const asNotebook = (notebook: ToyNotebook): Notebook =>
  notebookFrom(JSON.stringify(notebook), "toy.ipynb");

/** The result of predict, whatever is asked. */
export const wrongPredict = "function predict(x: number[], w: number[], b: number): number { return 4.95; }";
