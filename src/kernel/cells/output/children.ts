import childProcess, { type ChildProcess } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { KeyboardInterrupt, ownCell } from "../run/cell";
import { shared } from "../run/interrupts";
import { slots } from "../run/slots";
import { standIn } from "../run/standIn";
import { keepOrder } from "./keepOrder";

// biome-ignore lint/suspicious/noExplicitAny: the signatures are Node's; here arguments only pass through.
type Start = (...args: any[]) => any;

/**
 * From now on what programs print that write to the cell's own streams (`stdio: "inherit"`) stands between what the
 * cell printed before and after; and a cell that waits for a program, in `execSync`, can be interrupted.
 */
export function watchChildren(): void {
  const module = childProcess as unknown as Record<string, Start>;
  for (const name of ["spawnSync", "execSync", "execFileSync"]) {
    const original = module[name];
    module[name] = standIn(original, (...args: unknown[]) => {
      const inherits = writesPast(args);
      if (inherits) keepOrder();
      const asked = Atomics.load(shared, slots.asked);
      Atomics.store(shared, slots.inChild, 1);
      const outcome = attempt(() => original(...args));
      Atomics.store(shared, slots.inChild, 0);
      if (inherits) keepOrder();
      // The interrupt ended the program; it ends the cell too, whatever is told of a program that was ended.
      if (Atomics.load(shared, slots.asked) !== asked && ownCell()) throw new KeyboardInterrupt();
      if ("thrown" in outcome) throw outcome.thrown;
      return outcome.value;
    });
  }
  for (const name of ["spawn", "exec", "execFile", "fork"]) {
    const original = module[name];
    module[name] = standIn(original, (...args: unknown[]) => {
      const inherits = writesPast(args) || name === "fork";
      if (inherits) keepOrder();
      const child: ChildProcess = original(...args);
      if (inherits) child.prependOnceListener("exit", keepOrder);
      return child;
    });
  }
  syncBuiltinESMExports();
}

function attempt(run: () => unknown): { value: unknown } | { thrown: unknown } {
  try {
    return { value: run() };
  } catch (thrown) {
    return { thrown };
  }
}

/** Whether a program is given a standard stream of the cell's process. */
function writesPast(args: unknown[]): boolean {
  const options = args.find((arg) => typeof arg === "object" && arg !== null && !Array.isArray(arg)) as
    | { stdio?: unknown }
    | undefined;
  const stdio = Array.isArray(options?.stdio) ? options.stdio : [options?.stdio];
  return stdio.some(
    (one) => one === "inherit" || one === 1 || one === 2 || one === process.stdout || one === process.stderr,
  );
}
