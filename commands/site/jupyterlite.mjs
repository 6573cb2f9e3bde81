import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { runCommand } from "../programs/command.mjs";
import { failure } from "../project/problem.mjs";
import { cache, inRoot, venv, venvPython } from "../project/project.mjs";
import { bounds, pipEnvironment } from "../setup/pip.mjs";
import { difference, filesUnder, hashOfFile, readJson, readStamp, writeStamp } from "../setup/stamp.mjs";

const requirements = inRoot("requirements-site.txt");
const application = join(cache, "jupyterlite");
const madeFrom = () => ({ "requirements-site.txt": hashOfFile(requirements) });

/** What JupyterLab needs to draw the notebooks' outputs, from the project's Python environment. */
const renderers = ["jupyterlab-plotly", "@jupyter-widgets/jupyterlab-manager", "anywidget"];

/** What of the application is left out: other applications, what debugs it, and how it is built. */
const leftOut =
  /\.map$|^(build\/)?(repl|consoles|edit|tree|doc)\/|^rspack\.|^(package\.json|service-worker\.js)$/;

/** Forms of its fonts of icons that browsers which know WebAssembly ask for none of: they take the `.woff2`. */
const olderFonts = /^build\/fa-[\w-]+\.(svg|eot|ttf|woff)$/;

// Unpacks the application, which lies as an archive in the wheel.
const unpack = `
import io, sys, tarfile, zipfile
wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as file:
    name, = [name for name in file.namelist() if name.endswith(".tgz")]
    with tarfile.open(fileobj=io.BytesIO(file.read(name))) as archive:
        for member in archive.getmembers():
            if not member.isfile() or ".." in member.name or member.name.startswith("/"):
                continue
            archive.extract(member, target)
`;

/** JupyterLite's application, fetched once: 16 MB, checked against its hash. */
async function fetchApplication(say) {
  const stamp = readStamp(application);
  if (stamp && difference(stamp, madeFrom()) === undefined) return;
  say("fetching JupyterLite (16 MB), once");
  const download = join(cache, "jupyterlite-download");
  for (const folder of [application, download]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(download, { recursive: true });
  const args = ["-m", "pip", "download", ...bounds, "--no-deps", "--require-hashes", "-d", download];
  const fetched = await runCommand(venvPython, [...args, "-r", requirements], { env: pipEnvironment() });
  if (fetched.status !== 0)
    throw failure("JupyterLite could not be fetched", "the Python package index", fetched);
  const [wheel] = filesUnder(download);
  const part = join(download, "application");
  const unpacked = await runCommand(venvPython, ["-c", unpack, join(download, wheel), part]);
  if (unpacked.status !== 0) throw failure("JupyterLite could not be unpacked", "", unpacked);
  renameSync(join(part, "package"), application);
  writeStamp(application, madeFrom());
  rmSync(download, { recursive: true, force: true });
}

/**
 * Puts JupyterLite with the kernel's extension into a folder; the kernel itself lies in `../kernel`.
 *
 * @param {{ path: string, content: string, changed: Date }[]} files What the reader finds in its list of files.
 */
export async function putJupyterLite(folder, files, say) {
  await fetchApplication(say);
  for (const file of filesUnder(application)) {
    if (leftOut.test(file) || olderFonts.test(file) || file.startsWith(".cofi")) continue;
    cpSync(join(application, file), join(folder, file));
  }
  await build({
    entryPoints: [inRoot("web", "lite", "extension.ts")],
    outfile: join(folder, "extensions", "cofi-kernel", "extension.js"),
    bundle: true,
    minify: true,
    target: "es2022",
    format: "iife",
  });
  const extensions = [
    { name: "cofi-kernel", load: "extension.js", extension: "./extension" },
    ...renderers.map((name) => putRenderer(folder, name)),
  ];
  const configuration = readJson(join(folder, "jupyter-lite.json"));
  Object.assign(configuration["jupyter-config-data"], {
    appName: "Cofi",
    defaultKernelName: "tslab",
    contentsAllJsonFile: "all.json",
    federated_extensions: extensions,
    // It is the site that works offline, with a service worker of its own.
    disabledExtensions: ["@jupyterlite/application-extension:service-worker-manager"],
    settingsOverrides: {
      "@jupyterlab/docmanager-extension:plugin": { autosaveInterval: 5 },
      "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    },
  });
  writeFileSync(join(folder, "jupyter-lite.json"), JSON.stringify(configuration, null, 1));
  writeFileSync(
    join(folder, "build", "schemas", "all_federated.json"),
    JSON.stringify(renderers.flatMap(settingsOf)),
  );
  const translations = join(folder, "api", "translations");
  mkdirSync(translations, { recursive: true });
  const english = { en: { displayName: "English", nativeName: "English" } };
  writeFileSync(join(translations, "all.json"), JSON.stringify({ data: english, message: "" }));
  writeFileSync(join(translations, "en.json"), JSON.stringify({ data: {}, message: "" }));
  putFiles(folder, files);
}

const extensionFolder = (name) => join(venv, "share", "jupyter", "labextensions", name);

/** The settings that an extension has, as JupyterLite asks for them. */
function settingsOf(name) {
  const from = join(extensionFolder(name), "schemas", name);
  const { version } = readJson(join(extensionFolder(name), "package.json"));
  return filesUnder(from)
    .filter((file) => file.endsWith(".json") && !file.startsWith("package.json"))
    .map((file) => ({
      id: `${name}:${file.replace(/\.json$/, "")}`,
      raw: "{}",
      schema: readJson(join(from, file)),
      settings: {},
      version,
    }));
}

function putRenderer(folder, name) {
  const from = extensionFolder(name);
  const { load, extension, mimeExtension, style } = readJson(join(from, "package.json")).jupyterlab._build;
  for (const file of filesUnder(join(from, "static")))
    if (!file.endsWith(".map"))
      cpSync(join(from, "static", file), join(folder, "extensions", name, "static", file));
  return { name, load, extension, mimeExtension, style };
}

/** The files as JupyterLite looks for them: each by itself, and a list of each folder. */
function putFiles(folder, files) {
  const lists = new Map([["", []]]);
  const listOf = (path) => {
    if (lists.has(path)) return lists.get(path);
    lists.set(path, []);
    listOf(parentOf(path)).push(entry(path, "directory"));
    return lists.get(path);
  };
  for (const { path, content, changed } of files) {
    const target = join(folder, "files", path);
    mkdirSync(join(target, ".."), { recursive: true });
    writeFileSync(target, content);
    const type = path.endsWith(".ipynb") ? "notebook" : "file";
    listOf(parentOf(path)).push({ ...entry(path, type, changed), size: Buffer.byteLength(content) });
  }
  for (const [path, content] of lists) {
    const target = join(folder, "api", "contents", path);
    mkdirSync(target, { recursive: true });
    const list = { ...entry(path, "directory"), format: "json", content };
    writeFileSync(join(target, "all.json"), JSON.stringify(list));
  }
}

const parentOf = (path) => path.split("/").slice(0, -1).join("/");

function entry(path, type, changed = new Date(0)) {
  const time = changed.toISOString();
  const name = path.split("/").at(-1);
  const common = { name, path, type, created: time, last_modified: time, mimetype: null, writable: true };
  return { ...common, format: null, content: null, size: null, hash: null, hash_algorithm: null };
}
