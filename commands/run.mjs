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
  "spark:setup": async (args) => (await import("./spark/setup.mjs")).sparkSetup(args),
  "spark:demo": async (args) => (await import("./spark/demo.mjs")).sparkDemo(args),
  bench: async (args) => (await import("../bench/main.mjs")).bench(args),
  site: async (args) => (await import("./site/site.mjs")).site(args),
  browser: async () => (await import("./browser/browser.mjs")).browser(),
  course: async (args) => (await import("./course/course.mjs")).course(args),
  html: async (args) => (await import("./site/html.mjs")).html(args),
  pictures: async () => (await import("./pictures.mjs")).pictures(),
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
