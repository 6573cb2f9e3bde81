/**
 * Runs the table of the language, `test/kernel/language.json`, in Cofi's kernel and in tslab as it comes, and writes
 * what came of it to `bench/language.md`. `node bench/language.mjs [case…]`: with names of cases only these are run,
 * and the others' rows stay as they were.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "../commands/setup/stamp.mjs";
import { startKernel } from "./jupyter.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The folders in which cases run, and what is beside them, as errors name them. */
const ownFolders = /(?:file:\/\/)?\/tmp\/cofi-(?:language-\w+|(?=\w+\.m?js))/g;
const table = JSON.parse(readFileSync(join(root, "test/kernel/language.json"), "utf8"));
const contenders = ["Cofi", "tslab 1.0.22"];

/** How many kernels run at a time. */
const atOnce = 3;

/** How long to wait for one cell, in ms: a kernel may never answer. */
const patience = 5000;

/** A kernel in a folder of its own, which is used for case after case as long as they come out right. */
async function open(name) {
  const parent = mkdtempSync(join(tmpdir(), "cofi-language-"));
  const cwd = join(parent, "notebook");
  mkdirSync(cwd);
  const kernel = await startKernel(name, { cwd });
  return {
    kernel,
    cwd,
    async close() {
      await kernel.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/**
 * What a case gives: whether that is what is wanted, and the text. Where it is not, the case has a second try in a
 * kernel in which nothing has run before.
 */
async function outcome(name, held, given) {
  const isFresh = held[name] === undefined;
  held[name] ??= await open(name);
  const got = await run(held[name], given);
  if (got.right) return got;
  await held[name].close();
  held[name] = undefined;
  return isFresh ? got : outcome(name, held, given);
}

async function run({ kernel, cwd }, { files = {}, cells, wanted }) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  for (const [k, code] of cells.entries()) {
    const silence = new Promise((resume) => setTimeout(resume, patience));
    const done = await Promise.race([kernel.execute(code), silence]);
    if (done === undefined) return { right: false, got: `no answer to cell ${k + 1}` };
    // What a kernel prints may come just after it has said that it is done.
    await new Promise((resume) => setTimeout(resume, 50));
    const got = textOf(done);
    if (k === cells.length - 1) return { right: isRight(done, wanted, got), got };
    if (done.reply.status === "error") return { right: false, got: `cell ${k + 1} fails: ${got}` };
  }
}

/** What a cell says, by whichever way: tslab prints the last value, Jupyter's own kernels give it as a result. */
function textOf({ outputs, reply }) {
  const texts = outputs.map(({ type, content }) => {
    // Notes beside what a cell that ends well says are not compared.
    if (type === "stream") return content.name === "stderr" && reply.status === "ok" ? "" : content.text;
    if (type === "execute_result" || /display_data$/.test(type)) return `${content.data["text/plain"]}\n`;
    return type === "error" ? `${content.ename}: ${content.evalue}\n` : "";
  });
  return texts.join("").replaceAll(`In [${reply.execution_count}]`, "In [n]").replace(colours, "").trim();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with one.
const colours = /\u001b\[[\d;]*m/g;

/**
 * Whether a cell says what is wanted. Where an error is wanted any error will do, in whatever words; the order of the
 * wanted texts counts, the way in which they come does not.
 */
function isRight({ reply }, wanted, got) {
  const bare = wanted
    .filter((each) => typeof each !== "string" || !each.startsWith("stderr: "))
    .map((each) =>
      typeof each === "string" ? each.replace(/^(?:result|stdout|display): /, "").trim() : each,
    );
  if (bare.some((each) => typeof each !== "string" && isError(each.matches))) return reply.status === "error";
  if (reply.status === "error") return false;
  if (bare.every((each) => typeof each === "string")) return got === bare.join("\n").trim();
  return bare.every((each) => typeof each === "string" || new RegExp(withoutKind(each.matches)).test(got));
}

const isError = (pattern) => /^\^?\(?error|TS\d{4}|SyntaxError|Error:/.test(pattern);
const withoutKind = (pattern) => pattern.replace(/\^?(?:result|stdout|stderr|display): /g, "");

const file = join(root, "bench", "language.md");
const only = process.argv.slice(2);
const titleOf = ({ topic, name }) => cell(`${topic}: ${name}`);
const shortened = (text) => (text.length > 160 ? `${text.slice(0, 157)}…` : text);
const cell = (text) =>
  shortened(text.replaceAll(root, "…/").replaceAll(ownFolders, "…").replace(/\s+/g, " ")).replaceAll(
    "|",
    "\\|",
  );
const said = (text) => (text === "" ? "nothing" : cell(text));

/** The rows of the page as it is, by their titles: where only some cases are run, the others' stay. */
const kept = new Map(
  only.length === 0
    ? []
    : readFileSync(file, "utf8")
        .split("\n")
        .map((line) => line.slice(2, -2).split(" | "))
        .map(([title, ...marks]) => [title, marks.slice(0, 2).map((mark) => mark === "✓"), marks[3] ?? ""])
        .map(([title, [ours, theirs], got]) => [title, [ours, theirs, got]]),
);

const results = [];
let next = 0;
async function work() {
  const held = {};
  while (next < table.length) {
    const k = next++;
    const row = {};
    const old = kept.get(titleOf(table[k]));
    for (const [at, name] of contenders.entries())
      row[name] =
        old && !only.includes(table[k].name)
          ? { right: old[at], got: old[2].replaceAll("\\|", "|") }
          : await outcome(name, held, table[k]);
    results[k] = row;
    process.stderr.write(`\r${results.filter(Boolean).length} of ${table.length}`);
  }
  for (const one of Object.values(held)) await one?.close();
}
await Promise.all(Array.from({ length: atOnce }, work));
process.stderr.write("\n");

const wantedText = (wanted) =>
  wanted.map((each) => (typeof each === "string" ? each : `/${each.matches}/`)).join("; ");
const count = (name) => results.filter((row) => row[name].right).length;
const head = ["case", ...contenders, "wanted", `${contenders[1]} gives, where it is another`];
const rows = table.map(({ topic, name, wanted }, k) => {
  const [ours, theirs] = contenders.map((contender) => results[k][contender]);
  const marks = [ours, theirs].map(({ right }) => (right ? "✓" : "✗"));
  return [
    cell(`${topic}: ${name}`),
    ...marks,
    said(wantedText(wanted)),
    theirs.right ? "" : said(theirs.got),
  ];
});
const topics = [...new Set(table.map(({ topic }) => topic))].map((title) => {
  const own = results.filter((_, k) => table[k].topic === title);
  return [title, own.length, ...contenders.map((name) => own.filter((row) => row[name].right).length)];
});
const markdown = (columns, lines) =>
  [columns, columns.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n");
const total = ["all", table.length, ...contenders.map(count)];
const summary = markdown(["topic", "cases", ...contenders], [...topics, total]);
const text = `# The language in cells

What the last cell of each case says, in Cofi's kernel and in tslab as it comes; what comes out wrong has a second try in a
kernel in which nothing has run before. Where an error is wanted, any error of the cell counts as right, in whatever words.
The cells stand in [test/kernel/language.json](../test/kernel/language.json); \`node bench/language.mjs\` makes this page.

${summary}

${markdown(head, rows)}
`;
writeWhole(file, text);
console.log(summary);
for (const [k, row] of results.entries())
  if (!row.Cofi.right) console.log(`✗ ${table[k].topic}: ${table[k].name}\n  ${row.Cofi.got}`);
