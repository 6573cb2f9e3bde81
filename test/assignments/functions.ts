/** The functions in answers, run here, without a judge and without a kernel. */
import { runInNewContext } from "node:vm";
import ts from "typescript";
import { tf } from "../../src/base/tensorflow";
import { modelOf, ratingsOf, rowsOf } from "../../src/exercises/notation";
import { costAndGradient } from "../../src/model/cost";
import { type Assignment, cellOf, sourceOf } from "./notebooks";

type M = number[][];

/** What the assignments' own cells declare, as far as answers use it. */
const given = {
  gradientOf(X: M, W: M, b: number[], Y: M, R: M, lambda: number) {
    const d = costAndGradient(modelOf(X, W, b), ratingsOf(Y, R), { lambda });
    return { X: rowsOf(d.X, X[0].length), W: rowsOf(d.W, X[0].length), b: Array.from(d.b) };
  },
  costOfTensors(
    ...[X, W, b, Y, R, lambda]: [tf.Tensor2D, tf.Tensor2D, tf.Tensor, tf.Tensor, tf.Tensor, number]
  ) {
    const errors = tf.matMul(X, W, false, true).add(b).sub(Y).mul(R);
    return errors.square().sum().add(X.square().sum().add(W.square().sum()).mul(lambda)).div(2).asScalar();
  },
};

/** The function that a cell declares. */
export function functionIn(code: string, name: string): unknown {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const around = { exports: {}, require: () => ({ tf }), tf, structuredClone, ...given };
  return runInNewContext(`${outputText}\n${name}`, around);
}

/** The task that a cell's test is about. */
export function taskOf(assignment: Assignment, cell: string): string {
  const [, task] = /examine\("([^"]+)"/.exec(cellOf(sourceOf(assignment), `${cell}-test`).source)!;
  return task;
}
