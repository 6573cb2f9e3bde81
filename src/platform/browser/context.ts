/**
 * Values that go with what a program does, in a browser: which has no way yet to keep a value through what is awaited.
 * So a value lasts until the promise that the function returns is settled; what runs meanwhile has it too.
 */
export class Context<T> {
  private current: T | undefined;

  getStore(): T | undefined {
    return this.current;
  }

  run<R>(value: T, run: () => R): R {
    const before = this.current;
    this.current = value;
    const leave = () => {
      if (this.current === value) this.current = before;
    };
    let result: R;
    try {
      result = run();
    } catch (error) {
      leave();
      throw error;
    }
    if (result instanceof Promise) result.then(leave, leave);
    else leave();
    return result;
  }

  /** A function that runs another as part of what runs now: as there is nothing to keep, it just runs it. */
  static snapshot(): <R>(run: () => R) => R {
    return (run) => run();
  }
}
