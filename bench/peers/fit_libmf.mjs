// LIBMF, by its package for Node.js: SGD without biases, with AdaGrad's steps.
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { peakMB, readColumns } from "../columns.mjs";
import { inBench } from "../places.mjs";

const settings = JSON.parse(process.argv[2]);
const package_ = inBench("libmf", "node_modules", "libmf");
const { Model } = await import(pathToFileURL(join(package_, "src", "index.js")));

/** LIBMF's own text file of one part: the package's other way in makes an object of each rating. */
async function textOf(folder, part) {
  const file = join(folder, `${part}.txt`);
  if (existsSync(file)) return file;
  const { items, users, values } = readColumns(folder, part);
  const stream = createWriteStream(file);
  for (let start = 0; start < items.length; start += 1 << 16) {
    let text = "";
    const end = Math.min(items.length, start + (1 << 16));
    for (let k = start; k < end; k++) text += `${users[k]} ${items[k]} ${values[k]}\n`;
    if (!stream.write(text)) await new Promise((resolve) => stream.once("drain", resolve));
  }
  await finished(stream.end());
  return file;
}

function factorize(file, iterations) {
  const { features, threads, lambda, learningRate } = settings;
  const model = new Model({
    factors: features,
    threads,
    iterations,
    learningRate,
    quiet: true,
    lambdaP2: lambda,
    lambdaQ2: lambda,
  });
  const started = performance.now();
  model.fit(file);
  return { model, seconds: (performance.now() - started) / 1000 };
}

const seconds = [];
const errors = [];
for (const fold of settings.folds ?? ["."]) {
  const folder = join(settings.data, fold);
  const file = await textOf(folder, "train");
  const times = [];
  let model;
  for (let repeat = 0; repeat < settings.repeats; repeat++) {
    const { epochs } = settings;
    const one = factorize(file, 1);
    one.model.destroy();
    model?.destroy();
    const all = factorize(file, epochs);
    model = all.model;
    // Less the reading of the text, which the others have not to do.
    times.push(((all.seconds - one.seconds) * epochs) / (epochs - 1));
  }
  seconds.push(...(settings.folds ? [Math.min(...times)] : times));
  const { items, users, values } = readColumns(folder, "test");
  const [low, high] = settings.range;
  let squares = 0;
  for (let k = 0; k < values.length; k++)
    squares += (Math.min(high, Math.max(low, model.predict(users[k], items[k]))) - values[k]) ** 2;
  errors.push(Math.sqrt(squares / values.length));
}

const { version } = JSON.parse(readFileSync(join(package_, "package.json"), "utf8"));
const rmse = errors.reduce((sum, error) => sum + error, 0) / errors.length;
const { work, threads } = settings;
console.log(JSON.stringify({ peer: "libmf", version, work, seconds, threads, peakMB: peakMB(), rmse }));
