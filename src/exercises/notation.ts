/** The lecture's arguments as plain tables, and the library's model and ratings made of them. */
import type { Model } from "../model/model";
import { ratingsFromTable } from "../ratings/build";
import type { Ratings } from "../ratings/ratings";

/** A row of numbers, or a vector. */
export type Row = readonly number[];
/** A matrix, row by row. */
export type Matrix = readonly Row[];

/** The model with these features (items × n), weights (users × n) and biases. */
export function modelOf(X: Matrix, W: Matrix, b: Row): Model {
  return {
    numItems: X.length,
    numUsers: W.length,
    numFeatures: X[0].length,
    X: Float64Array.from(X.flat()),
    W: Float64Array.from(W.flat()),
    b: Float64Array.from(b),
    mu: new Float64Array(X.length),
  };
}

/** The ratings y(i,j) where r(i,j) = 1. */
export function ratingsOf(Y: Matrix, R: Matrix): Ratings {
  return ratingsFromTable(Y.map((row, i) => row.map((y, j) => (R[i][j] === 1 ? y : null))));
}

/** A block of the library as a matrix with rows of n. */
export function rowsOf(block: ArrayLike<number>, n: number): number[][] {
  return Array.from({ length: block.length / n }, (_, k) => Array.from(block).slice(k * n, (k + 1) * n));
}

/** w·x, summed one after another. */
export function product(w: Row, x: Row): number {
  return w.reduce((sum, weight, f) => sum + weight * x[f], 0);
}

/** ‖w‖². */
export const squares = (w: Row): number => product(w, w);
