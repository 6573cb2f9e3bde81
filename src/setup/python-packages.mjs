import { readFileSync, realpathSync, rmSync } from "node:fs";
import { runCommand } from "./command.mjs";
import { failure, Problem } from "./problem.mjs";
import { inRoot, venv, venvPython } from "./project.mjs";
import { findPython } from "./python.mjs";
import { difference, hashOfFile, readStamp, removeStamp, writeStamp } from "./stamp.mjs";

const requirements = inRoot("requirements.txt");
const essential = "import jupyterlab, nbclient, nbconvert, nbgrader, plotly, zmq";

const madeFrom = () => ({
  "requirements.txt": hashOfFile(requirements),
  "the Python it was made with": realPython(),
  "the project's place": venv,
});

let found;

/** The Python that the environment is made from: looked for before all else, and only where one has to be made. */
export const python = {
  name: "Python",

  stale: () => pythonPackages.stale() && "looking for one",

  async run() {
    found = await findPython();
    return `${found.version} (${found.file})`;
  },
};

/** The project's own Python environment, with exactly the packages of requirements.txt. */
export const pythonPackages = {
  name: "Python packages",

  stale() {
    const stamp = readStamp(venv);
    if (!stamp) return "installing those of requirements.txt";
    const changed = difference(stamp, madeFrom());
    return changed && `installing again, because ${changed} has changed`;
  },

  async run(note) {
    // Always from nothing: pip takes a package for installed that it was stopped in the middle of.
    removeStamp(venv);
    rmSync(venv, { recursive: true, force: true });
    note("making an environment");
    await makeEnvironment();
    const count = countPackages(note);
    const result = await runCommand(venvPython, ["-m", "pip", "install", ...bounds, "-r", requirements], {
      env: pipEnvironment(),
      timeout: 1_800_000,
      onLine: count.onLine,
    });
    if (result.status !== 0)
      throw failure("pip could not install the packages", "the Python package index", result);
    note("checking");
    const check = await runCommand(venvPython, ["-c", essential], { env: pipEnvironment() });
    if (check.status !== 0)
      throw failure("The Python packages do not work", "the Python package index", check);
    writeStamp(venv, madeFrom());
    return `${count.total()} installed`;
  },
};

/** pip's options for giving up soon where nothing answers. */
export const bounds = ["--retries=1", "--timeout=30"];

/** The environment variables for pip, less those that would send the packages elsewhere. */
export function pipEnvironment(extra = {}) {
  const env = {
    ...process.env,
    PIP_USER: "0",
    PIP_NO_INPUT: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    ...extra,
  };
  for (const name of [
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_REQUIRE_VIRTUALENV",
  ])
    delete env[name];
  return env;
}

/** Makes an environment with pip in it and nothing else. */
async function makeEnvironment() {
  const { file } = found;
  const env = pipEnvironment();
  const made = await runCommand(file, ["-m", "venv", venv], { env });
  if (made.status === 0) return;
  // Debian keeps the part that puts pip into an environment in a package of its own; the system's pip does as well.
  rmSync(venv, { recursive: true, force: true });
  const bare = await runCommand(file, ["-m", "venv", "--without-pip", venv], { env });
  const pip = ["-m", "pip", "--python", venvPython, "install", ...bounds, "pip"];
  if (bare.status === 0 && (await runCommand(file, pip, { env })).status === 0) return;
  if (/ensurepip|No module named venv/.test(made.output + bare.output))
    throw new Problem(
      `${file} cannot make environments: install its venv module (on Debian and Ubuntu: apt install python3-venv) and run this again.`,
    );
  throw failure("Python could not make an environment", "the Python package index", made);
}

/** Counts the packages by pip's lines: those that are not for this platform come first, then one line each. */
function countPackages(note) {
  let total = readFileSync(requirements, "utf8").match(/^[\w.-]+(\[.*\])?==/gm).length;
  let count = 0;
  const onLine = (line) => {
    if (line.startsWith("Ignoring ")) total--;
    else if (line.startsWith("Collecting ")) note(`fetching, ${++count} of ${total}`);
    else if (line.startsWith("Installing collected packages")) note(`installing ${total}`);
  };
  return { onLine, total: () => total };
}

function realPython() {
  try {
    return realpathSync(venvPython);
  } catch {
    return undefined; // there is none, or the one it was made with is gone
  }
}
