declare global {
  /** The value of the last cell that had one. */
  // biome-ignore lint/suspicious/noExplicitAny: what cells give is of any type.
  var _: any;
  /** The values of all cells that had one, by the numbers in their prompts. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  var Out: Record<number, any>;
}

/** Keeps what a cell gave, as `_` and as `Out[n]`, for the cells after it. */
export function keepResult(count: number, value: unknown): void {
  globalThis.Out ??= {};
  globalThis.Out[count] = value;
  globalThis._ = value;
}
