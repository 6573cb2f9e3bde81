import { runCommand } from "../commands/programs/command.mjs";
import { pipEnvironment } from "../commands/setup/pip.mjs";
import { programOf, pythonOf } from "./environment.mjs";
import { here } from "./places.mjs";

/** The peers that are scripts, and the environment in which each runs. */
const scripts = {
  course_tensorflow: "tensorflow",
  course_sparse: "scipy",
  fit_cornac: "cornac",
  fit_surprise: "surprise",
  fit_lenskit: "lenskit",
  fit_libmf: "libmf",
  fit_implicit: "implicit",
  top_implicit: "implicit",
};

const referenceNames = { "reference-128": "C++, 128-bit vectors", "reference-wide": "C++, widest vectors" };

/** What a program needs of the benchmark's environment; undefined: nothing. */
export function needOf(program) {
  const [name] = program.split(" ");
  return name in referenceNames ? name : scripts[name];
}

/**
 * Runs a program once, in a process of its own.
 *
 * @returns its row: peer, version, work, seconds (one for each repetition), threads, peakMB, and what else it found.
 */
export async function runProgram(program, settings, { versions, timeout = 900_000 }) {
  const rows = [];
  const [file, args] = commandOf(program, settings);
  const result = await runCommand(file, args, {
    env: environment(),
    timeout,
    onLine: (line) => line.startsWith('{"') && rows.push(JSON.parse(line)),
  });
  const row = rows.at(-1);
  if (result.status !== 0 || row === undefined) throw new Error(reasonOf(result, timeout));
  const reference = referenceNames[program.split(" ")[0]];
  return reference ? { peer: reference, version: versions["C++"], work: settings.work, ...row } : row;
}

function commandOf(program, settings) {
  const [name, kind] = program.split(" ");
  const text = JSON.stringify(settings);
  if (name === "ours") return [process.execPath, [here("ours.mjs"), kind, text]];
  if (name in referenceNames) return [programOf(name), referenceArguments(kind, settings)];
  const need = scripts[name];
  if (need === "libmf" || need === undefined) return [process.execPath, [here(`peers/${name}.mjs`), text]];
  return [pythonOf(need), [here(`peers/${name}.py`), text]];
}

function referenceArguments(kind, settings) {
  const { data, precision, numItems, numUsers, features, iterations, repeats } = settings;
  const { epochs, learningRate, lambda, threads, range } = settings;
  const rest =
    kind === "course"
      ? [precision, numItems, numUsers, features, iterations, repeats]
      : [numItems, numUsers, features, epochs, learningRate, lambda, threads, repeats, ...range];
  return [kind, data, ...rest.map(String)];
}

function environment() {
  const env = pipEnvironment({ TF_CPP_MIN_LOG_LEVEL: "3" });
  // They choose the kernels of OpenBLAS; each program is to have those of this processor.
  delete env.OPENBLAS_CORETYPE;
  delete env.OPENBLAS_L2_SIZE;
  return env;
}

function reasonOf({ status, output, timedOut }, timeout) {
  if (timedOut) return `not done after ${timeout / 1000} s`;
  const lines = output.trim().split("\n");
  const last = lines.findLast((line) => /\w*(Error|error):|Killed|cannot/.test(line)) ?? lines.at(-1);
  return last?.trim() || `ended with ${status === null ? "a signal" : `status ${status}`}`;
}
