// The course-lab run in TensorFlow.js, on its native build: dense, as `trainTensors` has it.
import { createRequire } from "node:module";
import { peakMB } from "../columns.mjs";
import { readCourse } from "../courseRun.mjs";

const require = createRequire(import.meta.url);
const { tf, trainTensors } = require("cofi");
const settings = JSON.parse(process.argv[2]);
const { work, iterations, counted = iterations, repeats } = settings;
await tf.ready();
if (tf.getBackend() !== "tensorflow") throw new Error("TensorFlow has no native build here");
const { model, ratings } = readCourse(settings);
await trainTensors(model, ratings, { iterations: 2, lambda: 1 });
const seconds = [];
let history;
for (let repeat = 0; repeat < repeats; repeat++) {
  const started = performance.now();
  history = (await trainTensors(model, ratings, { iterations: counted, lambda: 1, learningRate: 0.1 }))
    .history;
  seconds.push((((performance.now() - started) / 1000) * iterations) / counted);
}
const losses = Array.from(history).filter((_, iteration) => iteration % 20 === 0);
const note = counted < iterations ? `${counted} iterations, scaled to ${iterations}` : "";
const row = { peer: "tfjs-node, dense", version: tf.version.tfjs, work, seconds, threads: settings.threads };
console.log(JSON.stringify({ ...row, peakMB: peakMB(), losses, note }));
