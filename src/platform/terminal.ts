/** The terminal that the program runs in. */
import { SingleBar } from "cli-progress";

/** A bar that fills. */
export interface Bar {
  step(n: number, note?: string): void;
  done(): void;
}

/** A bar that is drawn in place in the terminal; undefined where the output is a log, or CI's. */
export function terminalBar(total: number, label: string): Bar | undefined {
  if (!process.stderr.isTTY || process.env.CI) return undefined;
  const format = `${label} {bar} {value}/{total} {note}`;
  const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr, barsize: 30 });
  bar.start(total, 0, { note: "" });
  return {
    step: (n, note) => bar.increment(n, note === undefined ? {} : { note }),
    done: () => bar.stop(),
  };
}
