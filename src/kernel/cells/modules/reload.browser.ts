/** Files that were loaded and have changed: none but those that the compiler watches itself. */
export function forgetChanged(): ReadonlySet<string> {
  return new Set();
}
