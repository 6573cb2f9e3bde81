import { cpus, loadavg, release, totalmem, type } from "node:os";

/** What the numbers were measured on. */
export function machine({ Python, "C++": compiler }) {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    python: Python,
    compiler,
    load: loadavg()[0], // how many programs were running before: above 0.5 the times are not those of a quiet machine
  };
}
