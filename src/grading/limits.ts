/** What one submission may use: what goes beyond it costs the cell that did. */
import { checkOptions, checkPositive, optionNames } from "../base/check";

export interface Limits {
  /** Seconds for a cell, and for the test of one. @default 60 */
  cellSeconds: number;
  /** Seconds for all of a notebook. @default 300 */
  seconds: number;
  /** Memory of the process with all that it starts, in MB. @default 2048 */
  memory: number;
  /** What a cell may print, in MB. @default 1 */
  output: number;
  /** Processes at a time, those of the set-up included. @default 32 */
  processes: number;
}

export const usualLimits: Limits = { cellSeconds: 60, seconds: 300, memory: 2048, output: 1, processes: 32 };

const names = optionNames<Limits>({
  cellSeconds: true,
  seconds: true,
  memory: true,
  output: true,
  processes: true,
});

/** The usual limits, but for those that are given. */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  checkOptions(given, names);
  for (const [name, value] of Object.entries(given)) checkPositive(name, value);
  return { ...usualLimits, ...given };
}
