import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Problem } from "./project/problem.mjs";
import { dist, modules, root } from "./project/project.mjs";
import { kernelSpec } from "./setup/jupyter-files.mjs";
import { readJson, writeWhole } from "./setup/stamp.mjs";

const help = {
  install: `npm run kernel:install

Registers this folder's kernel, "TypeScript (Cofi)", for you: JupyterLab and VS Code list it in every folder, whichever
Python they run on. Notebooks elsewhere can import "cofi"; packages installed beside them come first. The kernel stays
in this folder: after moving it, run this again. For all users of a machine, or for JupyterHub, name their folder in
JUPYTER_DATA_DIR, as in JUPYTER_DATA_DIR=/usr/local/share/jupyter.`,
  remove: `npm run kernel:remove

Takes back what kernel:install did: removes Cofi's kernel from your Jupyter folder (or that of JUPYTER_DATA_DIR), and
nothing else.`,
};

/** What a notebook calls its kernel: tslab's name, so that it opens under either; another where tslab itself has it. */
const names = ["tslab", "cofi"];

/** Jupyter's folder for a user's own kernels, as Jupyter itself finds it. */
export function userData(env = process.env, platform = process.platform, home = homedir()) {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === "win32") return join(env.APPDATA ?? join(home, "AppData", "Roaming"), "jupyter");
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/** Registers the kernel for the user. */
export function installKernel(args = []) {
  if (asksForHelp("install", args)) return;
  const missing = [join(dist, "kernel", "main.js"), modules].find((path) => !existsSync(path));
  if (missing)
    throw new Problem(
      "The kernel is not there yet: run npm run setup (or npm start) first, then this again.",
    );
  const folder = join(userData(), "kernels");
  const name = names.find((one) => ownerOf(folder, one) !== "another");
  if (name === undefined)
    throw new Problem(
      `${folder} has kernels of other programs under the names ${names.join(" and ")}: remove one of them and run this again.`,
    );
  const before = ownerOf(folder, name);
  const file = join(folder, name, "kernel.json");
  mkdirSync(join(folder, name), { recursive: true });
  const own = kernelSpec();
  const spec = { ...own, metadata: { ...own.metadata, cofi: root } };
  writeWhole(file, `${JSON.stringify(spec, null, 2)}\n`);
  for (const other of names) if (other !== name) removeOwn(folder, other);
  const instead = before && before !== root ? `, in place of that of ${before}` : "";
  console.log(`"TypeScript (Cofi)" is registered under the name ${name}${instead}: ${file}`);
  if (name !== names[0])
    console.log(
      `The name ${names[0]} belongs to another kernel, which stays as it is: choose this one by its title.`,
    );
}

/** Removes the kernel from the user's folder. */
export function removeKernel(args = []) {
  if (asksForHelp("remove", args)) return;
  const folder = join(userData(), "kernels");
  const removed = names.filter((name) => removeOwn(folder, name));
  for (const name of removed) console.log(`removed ${join(folder, name)}`);
  if (removed.length === 0)
    console.log(`Cofi's kernel is not registered in ${folder}: there is nothing to remove.`);
}

function asksForHelp(command, args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help[command]);
    return true;
  }
  if (args.length > 0)
    throw new Problem(
      `npm run kernel:${command} takes no arguments, got ${args.join(" ")}\n\n${help[command]}`,
    );
  return false;
}

/** The Cofi folder that a registered kernel is of; "another" where it is none of Cofi's, undefined where there is none. */
function ownerOf(folder, name) {
  if (!existsSync(join(folder, name))) return undefined;
  const spec = readJson(join(folder, name, "kernel.json"));
  if (spec === undefined) return readdirSync(join(folder, name)).length === 0 ? undefined : "another";
  return typeof spec.metadata?.cofi === "string" ? spec.metadata.cofi : "another";
}

function removeOwn(folder, name) {
  const owner = ownerOf(folder, name);
  if (owner === undefined || owner === "another") return false;
  rmSync(join(folder, name), { recursive: true });
  return true;
}
