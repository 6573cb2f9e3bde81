import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { failure, Problem } from "../project/problem.mjs";
import { inRoot, venv, venvPython } from "../project/project.mjs";
import { bounds, pipEnvironment } from "./pip.mjs";
import { findPython } from "./python.mjs";
import { removeFolder } from "./remove.mjs";
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
    if (!stamp?.packages) return "installing those of requirements.txt";
    const changed = difference(stamp, madeFrom());
    if (changed) return `installing again, because ${changed} has changed`;
    // More than those is no fault: an extension of JupyterLab that the reader has added stays.
    const here = installed();
    const missing = stamp.packages.find((name) => !here.includes(name));
    return missing && `installing again, because ${missing} is missing`;
  },

  async run(note) {
    // Always from nothing: pip takes a package for installed that it was stopped in the middle of.
    removeStamp(venv);
    note("removing the old ones");
    await removeFolder(venv);
    note("making an environment");
    await makeEnvironment(found.file, venv, venvPython);
    const result = await runCommand(venvPython, ["-m", "pip", "install", ...bounds, "-r", requirements], {
      env: pipEnvironment(),
      timeout: 1_800_000,
      onLine: countPackages(requirements, note),
    });
    if (result.status !== 0)
      throw failure("pip could not install the packages", "the Python package index", result);
    note("checking");
    const check = await runCommand(venvPython, ["-c", essential], { env: pipEnvironment() });
    if (check.status !== 0)
      throw failure("The Python packages do not work", "the Python package index", check);
    writeStamp(venv, { ...madeFrom(), packages: installed() });
    return `${installed().length} installed`;
  },
};

/** Makes an environment with pip in it and nothing else. */
export async function makeEnvironment(file, folder, folderPython) {
  const env = pipEnvironment();
  const made = await runCommand(file, ["-m", "venv", folder], { env });
  if (made.status === 0) return;
  // Debian keeps the part that puts pip into an environment in a package of its own; the system's pip does as well.
  await removeFolder(folder);
  const bare = await runCommand(file, ["-m", "venv", "--without-pip", folder], { env });
  const pip = ["-m", "pip", "--python", folderPython, "install", ...bounds, "pip"];
  if (bare.status === 0 && (await runCommand(file, pip, { env })).status === 0) return;
  if (/ensurepip|No module named venv/.test(made.output + bare.output))
    throw new Problem(
      `${file} cannot make environments: install its venv module (on Debian and Ubuntu: apt install python3-venv) and run this again.`,
    );
  throw failure("Python could not make an environment", "the Python package index", made);
}

/** Counts the packages by pip's lines: those that are not for this platform come first, then one line each. */
export function countPackages(file, note) {
  let total = readFileSync(file, "utf8").match(/^[\w.-]+(\[.*\])?==/gm).length;
  let count = 0;
  return (line) => {
    if (line.startsWith("Ignoring ")) total--;
    else if (line.startsWith("Collecting ")) note(`fetching, ${++count} of ${total}`);
    else if (line.startsWith("Installing collected packages")) note(`installing ${total}`);
  };
}

/** The packages in the environment, by the folders in which pip notes each with its version; pip itself may change. */
function installed() {
  const version = namesIn(join(venv, "lib")).find((name) => name.startsWith("python"));
  const library = version ? join(venv, "lib", version) : join(venv, "Lib"); // as on Windows
  return namesIn(join(library, "site-packages")).filter((name) => /^(?!pip-).*\.dist-info$/.test(name));
}

function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realPython() {
  try {
    return realpathSync(venvPython);
  } catch {
    return undefined; // there is none, or the one it was made with is gone
  }
}
