import { clean } from "./clean.mjs";
import { installKernel, removeKernel } from "./kernel.mjs";
import { interruption } from "./programs/interrupt.mjs";
import { Problem, sentenceFor } from "./project/problem.mjs";
import { runSetup } from "./setup/setup.mjs";
import { start } from "./start.mjs";
import { test } from "./test.mjs";

// `npm run setup` is asked for by name, so it also tries again what an earlier set-up had to do without.
const commands = {
  start,
  test,
  clean,
  setup: () => runSetup({ retry: true }),
  "kernel:install": installKernel,
  "kernel:remove": removeKernel,
  notebooks: async (args) => (await import("./pages/notebooks.mjs")).notebooks(args),
  bench: async (args) => (await import("../bench/main.mjs")).bench(args),
  site: async (args) => (await import("./site/site.mjs")).site(args),
  browser: async () => (await import("./browser/browser.mjs")).browser(),
  html: async (args) => (await import("./site/html.mjs")).html(args),
};

/** Runs one command to its end and sets the exit status; whatever goes wrong is told in one sentence. */
export async function run(name, args) {
  try {
    process.exitCode = (await commands[name](args)) ?? 0;
  } catch (error) {
    if (interruption.aborted) {
      console.error("\nStopped. Run it again to go on from here.");
      process.exitCode = interruption.reason.status;
    } else {
      console.error(`\n${sentenceFor(error)}`);
      process.exitCode = error instanceof Problem ? error.status : 1;
    }
  }
}
