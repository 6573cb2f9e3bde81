import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dist, inRoot, venv } from "../project/project.mjs";
import { writeWhole } from "./stamp.mjs";

/** The folder of the environment where Jupyter's programs look for kernels and settings. */
export const jupyterData = join(venv, "share", "jupyter");

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** The kernel as Jupyter is told of it. */
export const kernelSpec = () => ({
  // Absolute, so that every program that finds this can start it.
  argv: [process.execPath, join(dist, "kernel", "main.js"), "--config", "{connection_file}"],
  display_name: "TypeScript (Cofi)",
  language: "typescript",
  interrupt_mode: "message",
  env: { TF_CPP_MIN_LOG_LEVEL: "2" }, // keeps TensorFlow's notes out of the notebook
  metadata: { debugger: true }, // without it JupyterLab keeps its debugger and its panel of variables closed
});

const wanted = () => ({
  [join(jupyterData, "kernels", "tslab", "kernel.json")]: json(kernelSpec()),
  [join(jupyterData, "lab", "settings", "overrides.json")]: json({
    // So that the first thing to be seen is the notebook, not a question about news.
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    // A notebook that is opened again shows its widgets with the values that they had.
    "@jupyter-widgets/jupyterlab-manager:plugin": { saveState: true },
  }),
  [join(venv, "etc", "jupyter", "nbgrader_config.py")]:
    "# nbgrader complains where it has no configuration at all.\n",
  // By this papermill finds out how to write parameters in TypeScript, and nbgrader how to grade it.
  [join(sitePackages(), "cofi.pth")]: [
    inRoot("src", "kernel", "papermill"),
    inRoot("src", "grading", "nbgrader"),
    "",
  ].join("\n"),
});

/** Where the environment's Python keeps its packages: `lib/python3.11/site-packages`, on Windows `Lib/site-packages`. */
function sitePackages() {
  const lib = join(venv, "lib");
  const version = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith("python3")) : undefined;
  return version ? join(lib, version, "site-packages") : join(venv, "Lib", "site-packages");
}

/** The kernel's entry for Jupyter, and the settings of its programs. */
export const jupyterFiles = {
  name: "Jupyter kernel",

  stale() {
    const differs = Object.entries(wanted()).some(([file, content]) => contentOf(file) !== content);
    return differs ? "registering" : undefined;
  },

  async run() {
    for (const [file, content] of Object.entries(wanted())) {
      mkdirSync(dirname(file), { recursive: true });
      writeWhole(file, content);
    }
    return "registered in the Python environment";
  },
};

function contentOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
