import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { inRoot } from "../commands/project/project.mjs";
import { inBench } from "./places.mjs";

const require = createRequire(import.meta.url);

/** The losses of the course-lab run at iterations 0, 20, …, 180, as the course prints them. */
const publishedLosses = [
  2321191.3, 136168.7, 51863.3, 24598.8, 13630.4, 8487.6, 5807.7, 4311.6, 3435.2, 2902.1,
];

/**
 * Writes the table and the figures of a run into `.bench`: report.md, ratios.svg, growth-time.svg, growth-memory.svg.
 *
 * @returns the report's text.
 */
export async function writeReport({ machine, quick, rows, failures }) {
  mkdirSync(inBench(), { recursive: true });
  const figures = drawFigures(rows);
  const parts = [
    "# Cofi beside others",
    describe(machine, quick),
    ...byWork(rows)
      .filter(([work]) => !work.startsWith("growth-"))
      .map(section),
    growthSection(rows),
    failures.length > 0 && `## Left out\n\n${failures.map(failureLine).join("\n")}`,
    figures.map(({ name, title }) => `![${title}](${name})`).join("\n\n"),
  ];
  const text = `${parts.filter(Boolean).join("\n\n")}\n`;
  writeFileSync(inBench("report.md"), text);
  return text;
}

const failureLine = ({ name, program, reason }) => `- ${name}${program ? `, ${program}` : ""}: ${reason}`;

function describe(machine, quick) {
  const { processor, cores, memoryGB, system, node, python, compiler, load } = machine;
  const programs = [`Node ${node}`, python && `Python ${python}`, compiler].filter(Boolean).join(", ");
  const busy =
    load > 0.5
      ? ` **Not quiet: ${load.toFixed(1)} programs were running on it before; compare ratios alone.**`
      : "";
  return `${processor}, ${cores} cores, ${memoryGB} GB; ${system}; ${programs}.${busy}${quick ? " A quick run, of fewer repetitions and smaller sizes." : ""}

The time is the least of all repetitions, the spread how much more the greatest took. The ratio says how many times as
long as Cofi's fastest a program took. The peak is the most memory that its process held, the data and the program's own
libraries included.`;
}

/** Rows by work, in the order of the run. */
function byWork(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.work, [...(groups.get(row.work) ?? []), row]);
  return [...groups];
}

const best = ({ seconds }) => Math.min(...seconds);

/** What a row is compared by: the time for one rating in one epoch where there is one, for epochs differ. */
const costOf = (row) => row.nsPerRatingEpoch ?? best(row);

/** Ours, the fastest of them. */
const oursIn = (rows) => rows.filter(({ ours }) => ours).sort((a, b) => costOf(a) - costOf(b))[0];

const columns = [
  ["program", ({ peer, version }) => `${peer} (${version})`],
  ["threads", ({ threads }) => threads],
  ["seconds", (row) => significant(best(row))],
  [
    "spread",
    ({ seconds }) =>
      seconds.length > 1
        ? `${Math.round(100 * (Math.max(...seconds) / Math.min(...seconds) - 1))} %`
        : undefined,
  ],
  ["ns per rating and epoch", ({ nsPerRatingEpoch }) => nsPerRatingEpoch && significant(nsPerRatingEpoch)],
  ["epochs", ({ epochs }) => epochs],
  ["users/s", ({ usersPerSecond }) => usersPerSecond && Math.round(usersPerSecond).toLocaleString("en")],
  ["RMSE", ({ rmse }) => rmse?.toFixed(4)],
  ["NDCG@10", ({ ndcg }) => ndcg?.toFixed(4)],
  ["published digits", ({ losses, published }) => published && losses && digits(losses)],
  ["peak MB", ({ peakMB }) => peakMB],
  ["ratio", (row, ours) => ours && `${significant(costOf(row) / costOf(ours))}×`],
  ["note", ({ note }) => note || undefined],
];

function section([, rows]) {
  const ours = oursIn(rows);
  const cells = rows.map((row) => columns.map(([, value]) => value(row, ours)));
  const used = columns.map((_, k) => cells.some((line) => line[k] !== undefined && line[k] !== false));
  const line = (values) =>
    `| ${values
      .filter((_, k) => used[k])
      .map((value) => value || "–")
      .join(" | ")} |`;
  const agreement = checksums(rows);
  return [
    `## ${rows[0].title}\n`,
    line(columns.map(([name]) => name)),
    line(columns.map(([name]) => (name === "program" ? "---" : "--:"))),
    ...cells.map(line),
    ...(agreement ? [`\n${agreement}`] : []),
  ].join("\n");
}

/** How many of the published digits the losses have: all, or the fewest that any of them has from its first on. */
function digits(losses) {
  const agreeing = losses.map((loss, k) => {
    const [printed, published] = [loss.toFixed(1), publishedLosses[k].toFixed(1)];
    if (printed === published) return Infinity;
    const error = Math.abs(loss - publishedLosses[k]) / publishedLosses[k];
    return Math.floor(-Math.log10(2 * error));
  });
  const fewest = Math.min(...agreeing);
  return fewest === Infinity ? "all" : `first ${fewest}`;
}

/** Whether all found the same top lists, told by the sums of their scores. */
function checksums(rows) {
  const sums = rows.map(({ checksum }) => checksum).filter((sum) => sum !== undefined);
  if (sums.length < 2) return undefined;
  const apart = (Math.max(...sums) - Math.min(...sums)) / Math.abs(sums[0]);
  return apart < 1e-5
    ? "All found lists of the same scores."
    : `**The lists differ: the sums of their scores are ${(100 * apart).toPrecision(2)} % apart.**`;
}

function growthSection(rows) {
  const growing = rows.filter(({ work }) => work.startsWith("growth-"));
  if (growing.length === 0) return undefined;
  const lines = growing.map(
    (row) =>
      `| ${row.ratings.toLocaleString("en")} | ${row.peer} | ${significant(best(row))} | ${significant(row.nsPerRatingEpoch)} | ${row.peakMB} |`,
  );
  return `## How the cost grows with the ratings, 50 factors, 5 epochs

| ratings | program | seconds | ns per rating and epoch | peak MB |
| --: | --- | --: | --: | --: |
${lines.join("\n")}`;
}

const significant = (value) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));

function drawFigures(rows) {
  const { still } = require(inRoot("dist", "show", "still.js"));
  const drawn = [
    { name: "ratios.svg", figure: ratios(rows) },
    { name: "growth-time.svg", figure: growth(rows, "seconds", (row) => best(row), "seconds for 5 epochs") },
    { name: "growth-memory.svg", figure: growth(rows, "memory", ({ peakMB }) => peakMB, "peak memory, MB") },
  ];
  return drawn
    .filter(({ figure }) => figure)
    .flatMap(({ name, figure }) => {
      const svg = still(figure);
      if (svg === undefined) return [];
      writeFileSync(inBench(name), svg);
      return [{ name, title: figure.layout.title.text }];
    });
}

/** Every other program as a dot, a line for each work: how many times as long as Cofi it took. */
function ratios(rows) {
  const { colours, figure } = require("cofi");
  const works = byWork(rows).filter(([work, group]) => !work.startsWith("growth-") && oursIn(group));
  if (works.length === 0) return undefined;
  const others = works.flatMap(([work, group]) =>
    group
      .filter(({ ours }) => !ours)
      .map((row) => ({ work, peer: row.peer, ratio: costOf(row) / costOf(oursIn(group)) })),
  );
  const peers = [...new Set(others.map(({ peer }) => peer))];
  const palette = Object.values(colours);
  const symbols = ["circle", "square", "diamond", "triangle-up", "x", "star"];
  const traces = peers.map((peer, k) => {
    const dots = others.filter((other) => other.peer === peer);
    return {
      type: "scatter",
      mode: "markers",
      name: peer,
      x: dots.map(({ ratio }) => ratio),
      y: dots.map(({ work }) => work),
      marker: { size: 11, color: palette[k % palette.length], symbol: symbols[k % symbols.length] },
      hovertemplate: "%{x:.3g} times as long",
    };
  });
  return figure(traces, {
    title: "How many times as long as Cofi others take",
    x: {
      title: "time, Cofi's being 1 (logarithmic)",
      type: "log",
      ...ticks(others.map(({ ratio }) => ratio)),
    },
    y: { title: "", type: "category", autorange: "reversed" },
    height: 140 + 44 * works.length,
    width: 900,
    margin: { l: 64, r: 24, t: 56, b: 56 },
    showlegend: true,
    legend: { orientation: "v", x: 1.02, y: 1, yanchor: "top" },
    shapes: [
      { type: "line", x0: 1, x1: 1, y0: 0, y1: 1, yref: "paper", line: { color: colours.grey, dash: "dot" } },
    ],
  });
}

/** Tick marks at 1, 2 and 5 of every power of ten that the values reach. */
function ticks(values) {
  const [low, high] = [Math.min(1, ...values), Math.max(1, ...values)];
  const marks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const mark of [1, 2, 5]) marks.push(mark * 10 ** power);
  const tickvals = marks.filter((mark) => mark > low / 2.5 && mark < high * 2.5);
  return { tickvals, ticktext: tickvals.map((mark) => `${Number(mark.toPrecision(1))}`) };
}

/** Time or memory against the number of ratings, both logarithmic: a straight line of slope 1 is growth in proportion. */
function growth(rows, what, valueIn, axis) {
  const { figure } = require("cofi");
  const growing = rows.filter(({ work }) => work.startsWith("growth-"));
  const peers = [...new Set(growing.map(({ peer }) => peer))];
  if (new Set(growing.map(({ ratings }) => ratings)).size < 2) return undefined;
  const traces = peers.map((peer) => {
    const points = growing.filter((row) => row.peer === peer);
    return {
      type: "scatter",
      mode: "lines+markers",
      name: peer,
      x: points.map(({ ratings }) => ratings),
      y: points.map(valueIn),
    };
  });
  const decade = { type: "log", dtick: 1, exponentformat: "power" };
  return figure(traces, {
    title: `How ${what === "memory" ? "memory grows" : "time grows"} with the ratings`,
    x: { title: "ratings (logarithmic)", ...decade },
    y: { title: `${axis} (logarithmic)`, ...decade },
    showlegend: true,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(await writeReport(JSON.parse(readFileSync(inBench("rows.json"), "utf8"))));
