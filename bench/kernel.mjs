/**
 * Measures kernels side by side: how long until the first answer, the first result, the first import of the module and
 * the first figure; the latency of trivial cells; memory. `node bench/kernel.mjs [cells]`; prints a Markdown table.
 */
import { execFileSync } from "node:child_process";
import { kernels, memory, startKernel } from "./jupyter.mjs";

const cells = Number(process.argv[2] ?? 1000);

/** How long to wait for one cell, in ms: a kernel may lose an answer, and is measured by the others. */
const patience = 5000;

/** How long a kernel is left alone before it is asked, in ms, as it is while a notebook's page opens. */
const pause = 3000;

/** What is imported first, and what draws the first figure, in each kernel's language. */
const inTypeScript = {
  import: 'import { figure, lecture } from "cofi";',
  figure:
    "figure([{ x: [1, 2, 3], y: [2, 4, 3] }], { title: 'first', x: { title: 'x' }, y: { title: 'y' } })",
};
const firsts = {
  Cofi: inTypeScript,
  "tslab 1.0.22": inTypeScript,
  ipykernel: {
    import: "import plotly.graph_objects as go",
    figure: "go.Figure(data=[dict(x=[1, 2, 3], y=[2, 4, 3])])",
  },
};

const rest = (time) => new Promise((resume) => setTimeout(resume, time));

/** Runs a cell and gives the milliseconds that it took; none where no answer came. */
async function timed(kernel, code) {
  const from = performance.now();
  const done = await Promise.race([kernel.execute(code), rest(patience)]);
  if (done?.reply.status === "error") throw new Error(`${code}: ${done.reply.evalue ?? "failed"}`);
  return done && performance.now() - from;
}

/** From the start to many trivial cells, asked as soon as the kernel is ready; memory once it has come to rest. */
async function measureCells(name) {
  const kernel = await startKernel(name);
  const first = await timed(kernel, "1");
  for (let k = 0; k < 20; k++) await timed(kernel, `${k}`);
  await rest(pause);
  const before = memory(kernel.pid);
  const times = [];
  let [unanswered, peak] = [0, before];
  for (let k = 0; k < cells && unanswered < 10; k++) {
    const time = await timed(kernel, `${k} + 1`);
    if (time === undefined) unanswered++;
    else times.push(time);
    if (k % 100 === 99) peak = Math.max(peak, memory(kernel.pid));
  }
  const after = memory(kernel.pid);
  await kernel.stop();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return {
    ...{ ready: kernel.ready, first, median: at(0.5), p99: at(0.99) },
    ...{ before, after, peak: Math.max(peak, after), unanswered },
  };
}

/** The first import and the first figure, in a kernel that has had the time in which a page opens, or in one that has not. */
async function measureFirsts(name, wait) {
  const kernel = await startKernel(name);
  await rest(wait);
  const imported = await timed(kernel, firsts[name].import);
  const drawn = await timed(kernel, firsts[name].figure);
  const taken = memory(kernel.pid);
  await kernel.stop();
  return { imported, drawn, taken };
}

const ms = (time) => (time === undefined ? "none" : `${time < 100 ? time.toFixed(1) : Math.round(time)} ms`);
const mb = (size) => `${Math.round(size)} MB`;
const [, self, , only] = process.argv;
if (only) {
  const { ready, first, median, p99, before, after, peak, unanswered } = await measureCells(only);
  const atOnce = await measureFirsts(only, 0);
  const later = await measureFirsts(only, pause);
  const row = [
    ...[ready, first, median, p99].map(ms),
    ...[atOnce, later].map(({ imported, drawn }) => `${ms(imported)}, ${ms(drawn)}`),
    ...[before, after - before, Math.max(peak, atOnce.taken, later.taken)].map(mb),
    unanswered,
  ];
  console.log(`| ${only} | ${row.join(" | ")} |`);
  process.exit(0);
}
console.log(`${cells} trivial cells, Node ${process.version}\n`);
const columns = [
  ...["kernel", "ready", "first result after it", "median cell", "99th percentile"],
  ...["first import, figure at once", `after ${pause / 1000} s`, "memory", "growth", "most", "unanswered"],
];
console.log(`| ${columns.join(" | ")} |\n|${"---|".repeat(columns.length)}`);
// Each is measured by a process of its own, so that none pays for what the one before it left behind.
for (const name of Object.keys(kernels))
  execFileSync(process.execPath, [self, String(cells), name], { stdio: "inherit" });
