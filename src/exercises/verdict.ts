/** What is said to an answer, and the function that is one. */
import type { Value } from "./values";

/** What there is to say to an answer. */
export interface Verdict {
  right: boolean;
  /** All of it, in lines. */
  text: string;
  /** The name of the mistake, where it is a known one. */
  mistake?: string;
  /** The smallest case that shows what is wrong: its arguments by name, the result wanted, and the one got. */
  shownBy?: { input: Record<string, Value>; wanted: Value; got: unknown };
}

/** A function under examination. */
export type Run = (...parameters: unknown[]) => unknown;
