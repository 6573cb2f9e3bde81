import { once } from "node:events";
import { launchLab } from "./lab/jupyterlab.mjs";
import { interruption } from "./programs/interrupt.mjs";
import { runSetup } from "./setup/setup.mjs";
import { watchSources } from "./watch.mjs";

/**
 * Brings the set-up up to date and runs JupyterLab, and the compiler beside it, until it ends or is interrupted.
 *
 * @param args Further arguments for JupyterLab.
 * @returns JupyterLab's exit status; 0 where it was stopped from here.
 */
export async function start(args) {
  await runSetup();
  interruption.throwIfAborted();
  const lab = launchLab(args);
  const compiler = watchSources();
  lab.address.then((address) => {
    if (address) console.log(`\nJupyterLab is ready: ${address}\nCtrl-C stops it.\n`);
  });
  const stopped = once(interruption, "abort").then(() => "stopped");
  const status = await Promise.race([lab.ended, stopped]);
  await compiler.stop();
  if (status !== "stopped") return status;
  console.log("\nStopping JupyterLab and its kernels.");
  await lab.stop();
  return 0;
}
