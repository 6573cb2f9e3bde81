import { rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../programs/command.mjs";
import { modules } from "../project/project.mjs";
import { runNpm } from "./npm-packages.mjs";
import { difference, readJson, readStamp, removeStamp, sizesUnder, writeStamp } from "./stamp.mjs";
import { buildFromWheel, compiler } from "./tensorflow-wheel.mjs";

const folder = join(modules, "@tensorflow", "tfjs-node");

/** TensorFlow as native code for TensorFlow.js, or the note that there is none and that it runs as WebAssembly. */
export const nativeTensorFlow = {
  name: "native TensorFlow",

  stale({ retry }) {
    const stamp = readStamp(folder);
    if (!stamp) return "fetching";
    const changed = difference(stamp, madeFrom(stamp.native));
    if (changed) return `fetching again, because ${changed} has changed`;
    if (retry && !stamp.native) return "trying again";
    return undefined;
  },

  async run(note) {
    removeStamp(folder);
    const reasons = [];
    for (const way of [fromPackage, buildFromWheel]) {
      removeBinding();
      const reason = (await way(folder, note)) ?? (await fault());
      if (reason === undefined) {
        writeStamp(folder, madeFrom(true));
        return "ready";
      }
      reasons.push(reason);
    }
    removeBinding();
    writeStamp(folder, madeFrom(false));
    return `not to be had here (${reasons.join("; ")}). TensorFlow.js runs on its WebAssembly backend instead: every notebook works, but training with TensorFlow.js takes some ten times longer. Once that is mended, \`npm run setup\` tries again.`;
  },
};

// What is to be the same for the result to stand. Where there is none, a compiler that has come since is a reason to try again.
const madeFrom = (native) => ({
  "the version of tfjs-node": readJson(join(folder, "package.json"))?.version,
  "the platform": `${process.platform}-${process.arch}`,
  ...(native
    ? {
        "its library": sizesUnder(join(folder, "deps", "lib")),
        "its binding": sizesUnder(join(folder, "lib")),
      }
    : { "the C++ compiler": compiler() ?? "none" }),
  native,
});

function removeBinding() {
  for (const part of ["lib", "deps"]) rmSync(join(folder, part), { recursive: true, force: true });
}

/** The package's own way: its script downloads the library and the binding from hosts of their own. */
async function fromPackage(_folder, note) {
  const started = Date.now();
  const tell = () => note(`trying the download of tfjs-node, ${Math.round((Date.now() - started) / 1000)} s`);
  const ticking = setInterval(tell, 1000);
  try {
    const { status, timedOut } = await runNpm(
      ["rebuild", "@tensorflow/tfjs-node", "--ignore-scripts=false"],
      {
        timeout: 300_000,
      },
    );
    if (timedOut) return "the download of tfjs-node took too long";
    return status === 0 ? undefined : "the download of tfjs-node failed";
  } finally {
    clearInterval(ticking);
  }
}

/** Loads the binding in a process of its own, which may crash, and has it add two numbers; gives what went wrong. */
async function fault() {
  const program = `
    const util = require("util");
    util.isNullOrUndefined ??= (value) => value == null; // gone since Node.js 23, and tfjs-node calls it
    util.isArray ??= Array.isArray;
    const tf = require(${JSON.stringify(folder)});
    if (tf.getBackend() !== "tensorflow" || tf.add(1, 2).dataSync()[0] !== 3) process.exit(1);`;
  const { status } = await runCommand(process.execPath, ["-e", program], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" },
    timeout: 120_000,
  });
  return status === 0 ? undefined : "it does not load on this machine";
}
