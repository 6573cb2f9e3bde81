import { once } from "node:events";
import { launchLab } from "../lab/jupyterlab.mjs";
import { interruption } from "../programs/interrupt.mjs";
import { runSetup } from "../setup/setup.mjs";
import { Course } from "./folder.mjs";

export const help = `npm run course -- lab FOLDER

Opens JupyterLab on the course's folder. Its menu nbgrader has Formgrader (make, collect and grade assignments, mark by
hand), Assignment List (what students see), and Create Assignment, beside each notebook of source/ (points and locks).`;

export const args = ["FOLDER"];

export async function run([path]) {
  const course = new Course(path);
  await runSetup();
  interruption.throwIfAborted();
  const lab = launchLab([], course.root, "lab");
  lab.address.then((address) => {
    if (address) console.log(`\nJupyterLab is ready: ${address}\nCtrl-C stops it.\n`);
  });
  const stopped = once(interruption, "abort").then(() => "stopped");
  const status = await Promise.race([lab.ended, stopped]);
  if (status !== "stopped") return status;
  await lab.stop();
  return 0;
}
