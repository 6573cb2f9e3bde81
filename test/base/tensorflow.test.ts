import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(__dirname, "..", "..");

function runNode(script: string) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  return { lines: stdout.trim().split("\n"), stderr, status };
}

test("importing the project does not load TensorFlow.js", () => {
  const { lines } = runNode(
    `require("cofi"); console.log(Object.keys(require.cache).filter((k) => /tfjs/.test(k)).length)`,
  );
  expect(lines).toEqual(["0"]);
});

test("without the native build, WebAssembly stands in: at once, silently, and for danfojs too", () => {
  const { lines, stderr, status } = runNode(`
    const tf = require("./dist/platform/tensors.js").installStandIn();
    const square = () => Array.from(tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[1, 2], [3, 4]])).dataSync());
    console.log(square().join());
    setTimeout(() => {
      console.log(tf.getBackend(), square().join());
      const x = tf.variable(tf.tensor1d([1, 2, 3]));
      const { value, grads } = tf.variableGrads(() => x.square().sum());
      console.log(value.dataSync()[0], Array.from(Object.values(grads)[0].dataSync()).join());
      const { DataFrame } = require("danfojs-node");
      console.log(new DataFrame([{ a: 1 }, { a: 3 }]).mean({ axis: 0 }).values.join());
      console.log(process.listenerCount("uncaughtException"), process.listenerCount("unhandledRejection"));
    }, 1000);`);
  expect(lines).toEqual(["7,10,15,22", "wasm 7,10,15,22", "14 2,4,6", "2", "0 0"]);
  expect([stderr, status]).toEqual(["", 0]);
});

test("the build that is there computes what is expected of it", () => {
  const { lines, stderr } = runNode(`
    const { tf } = require("cofi");
    const optimizer = tf.train.adam(0.1);
    const x = tf.variable(tf.scalar(3));
    for (let k = 0; k < 200; k++) optimizer.minimize(() => x.sub(1).square());
    console.log(x.dataSync()[0].toFixed(2));`);
  expect(lines).toEqual(["1.00"]);
  expect(stderr).toBe("");
});
