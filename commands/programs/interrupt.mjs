import { constants } from "node:os";

const controller = new AbortController();

/** Aborted by the first Ctrl-C (or SIGTERM, or a closed terminal); its reason has the exit status that says so. */
export const interruption = controller.signal;

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  // Stays on after the first: npm passes a Ctrl-C on that the terminal has delivered already.
  process.on(name, () => controller.abort(new Interruption(name)));
}

class Interruption extends Error {
  constructor(name) {
    super(`stopped by ${name}`);
    this.status = 128 + constants.signals[name];
  }
}
