/** Runs a function that an interrupt stops: here it stops itself, since its loops ask. */
export function interruptible<T>(run: () => T): T {
  return run();
}
