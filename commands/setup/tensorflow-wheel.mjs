import { accessSync, constants, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { failure, isDiskFull } from "../project/problem.mjs";
import { cache, modules, venvPython } from "../project/project.mjs";
import { bounds, pipEnvironment } from "./pip.mjs";
import { removeFolder } from "./remove.mjs";
import { difference, filesUnder, readStamp, sizesUnder, writeStamp } from "./stamp.mjs";

const wheel = "tensorflow-cpu==2.15.1";
const wheelSize = 207; // MB
const library = join(cache, wheel.replace("==", "-")); // outside node_modules, so that it outlives the next `npm ci`
const download = join(cache, "download");

// Unpacks what a C program needs of TensorFlow, under the names that tfjs-node links to.
const unpack = `
import os, sys, zipfile
wheel, target = sys.argv[1:]
kept = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2",
        "include/tensorflow/c/", "include/tensorflow/core/platform/", "include/tsl/")
with zipfile.ZipFile(wheel) as file:
    for entry in file.infolist():
        name = entry.filename[len("tensorflow/"):]
        if not name.startswith(kept) or entry.is_dir():
            continue
        path = os.path.join(target, name if name.startswith("include/") else "lib/" + name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            part = file.open(entry)
            while chunk := part.read(1 << 20):
                out.write(chunk)
for name, of in (("libtensorflow.so", "cc.so.2"), ("libtensorflow.so.2", "cc.so.2"), ("libtensorflow_framework.so", "framework.so.2")):
    os.symlink("libtensorflow_" + of, os.path.join(target, "lib", name))
`;

/** The C++ compiler on the PATH, or undefined. */
export function compiler() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of ["c++", "g++", "clang++"]) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/** Takes the library from TensorFlow's Python package and compiles tfjs-node's binding; gives what went wrong. */
export async function buildFromWheel(folder, note) {
  if (process.platform !== "linux" || process.arch !== "x64")
    return "there is no other build for this platform";
  const cxx = compiler();
  if (!cxx) return "there is no C++ compiler";
  return (isFetched() ? undefined : await fetchLibrary(note)) ?? (await buildBinding(folder, cxx, note));
}

const contents = () => ({ files: sizesUnder(join(library, "lib")) });

function isFetched() {
  const stamp = readStamp(library);
  return stamp !== undefined && difference(stamp, contents()) === undefined;
}

async function fetchLibrary(note) {
  rmSync(download, { recursive: true, force: true });
  const temporary = join(download, "tmp"); // pip writes there as it downloads, so its size is the progress
  mkdirSync(temporary, { recursive: true });
  const watch = setInterval(() => note(`downloading, ${megabytes(temporary)} of ${wheelSize} MB`), 500);
  const platform = ["--only-binary=:all:", "--python-version=3.11", "--platform=manylinux2014_x86_64"];
  try {
    const fetched = await runCommand(
      venvPython,
      ["-m", "pip", "download", ...bounds, "--no-deps", ...platform, "-d", download, wheel],
      { env: pipEnvironment({ TMPDIR: temporary }), timeout: 600_000 },
    );
    mindDiskFull(fetched);
    if (fetched.timedOut) return "its download took longer than 10 minutes";
    const file = filesUnder(download).find((name) => name.endsWith(".whl"));
    if (fetched.status !== 0 || !file) return "its download failed";
    note("unpacking");
    const unpacked = await runCommand(venvPython, [
      "-c",
      unpack,
      join(download, file),
      join(download, "library"),
    ]);
    mindDiskFull(unpacked);
    if (unpacked.status !== 0) return "its package could not be unpacked";
    await removeFolder(library);
    renameSync(join(download, "library"), library);
    writeStamp(library, contents());
    return undefined;
  } finally {
    clearInterval(watch);
    rmSync(download, { recursive: true, force: true });
  }
}

const megabytes = (folder) =>
  Math.round(Object.values(sizesUnder(folder)).reduce((sum, size) => sum + (size ?? 0), 0) / 1e6);

async function buildBinding(folder, cxx, note) {
  note("compiling its binding");
  symlinkSync(library, join(folder, "deps"), "dir");
  const target = join(folder, "lib", "napi-v8");
  mkdirSync(target, { recursive: true });
  const include = [folder, join(library, "include"), join(modules, "node-api-headers", "include")];
  const built = await runCommand(cxx, [
    "-shared",
    "-fPIC",
    "-O2",
    "-std=c++17",
    "-DNAPI_VERSION=8",
    ...include.map((path) => `-I${path}`),
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(folder, "binding", name)),

    `-L${join(library, "lib")}`,
    "-ltensorflow",
    "-ltensorflow_framework",
    "-Wl,-rpath,$ORIGIN/../../deps/lib",
    "-o",
    join(target, "tfjs_binding.node"),
  ]);
  mindDiskFull(built);
  return built.status === 0 ? undefined : "its binding could not be compiled";
}

/** A full disk is no reason to go on without: it is the reader's to mend. */
function mindDiskFull(result) {
  if (isDiskFull(result.output))
    throw failure("TensorFlow could not be unpacked", "the Python package index", result);
}
