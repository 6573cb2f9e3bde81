// The course-lab run on one thread in a browser and on Node, in turns, on the same numbers:
//   npm run browser && node bench/browser.mjs [repeats]
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { launchBrowser } from "../commands/lab/browser.mjs";
import { inRoot } from "../commands/project/project.mjs";

const require = createRequire(import.meta.url);
const cofi = require("cofi");
const repeats = Number(process.argv[2] ?? 5);

/** A run with 4,778 items, 443 users and 100 features, as of the lab: its seconds, and what it came to. */
const lab = `async (cofi) => {
  const scale = { min: 0.5, max: 5, step: 0.5 };
  const shape = { numItems: 4778, numUsers: 443, numRatings: 39253, scale, years: [2000, 2018] };
  const { ratings } = cofi.normalize(cofi.generateFilms(shape).ratings);
  const model = cofi.randomModel({ ...ratings, numFeatures: 100 }, { seed: 1234, scale: 1 });
  const started = performance.now();
  const { history } = await cofi.train(model, ratings, { iterations: 200, lambda: 1, learningRate: 0.1, threads: 1 });
  return { seconds: (performance.now() - started) / 1000, cost: history.at(-1) };
}`;

const types = { ".js": "text/javascript", ".html": "text/html" };
const server = createServer(({ url }, answer) => {
  const content =
    url === "/"
      ? "<!DOCTYPE html><title>bench</title>"
      : readFileSync(inRoot("dist", "browser", url.slice(1)));
  answer
    .writeHead(200, { "Content-Type": types[extname(url) || ".html"] ?? "application/octet-stream" })
    .end(content);
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const inPage = () => page.evaluate(`import("/cofi.js").then(${lab})`);
  const inNode = () => new Function(`return (${lab})(arguments[0])`)(cofi);
  const runs = { Node: [], Chromium: [] };
  // The first of each warms up.
  for (let repeat = 0; repeat <= repeats; repeat++)
    for (const [name, run] of [
      ["Node", inNode],
      ["Chromium", inPage],
    ]) {
      const result = await run();
      if (repeat > 0) runs[name].push(result);
    }
  const least = (name) => Math.min(...runs[name].map(({ seconds }) => seconds));
  for (const name of Object.keys(runs))
    console.log(
      `${name.padEnd(10)} ${runs[name].map(({ seconds }) => seconds.toFixed(2)).join(" ")} s, cost ${runs[name][0].cost}`,
    );
  console.log(`Chromium / Node, the least of each: ${(least("Chromium") / least("Node")).toFixed(2)}`);
} finally {
  await browser.close();
  server.close();
}
