import { mkdirSync, writeFileSync } from "node:fs";
import { interruption } from "../commands/programs/interrupt.mjs";
import { Problem } from "../commands/project/problem.mjs";
import { runSetup } from "../commands/setup/setup.mjs";
import { makeEnvironment } from "./environment.mjs";
import { machine } from "./machine.mjs";
import { inBench } from "./places.mjs";
import { needOf, runProgram } from "./programs.mjs";
import { writeReport } from "./report.mjs";
import { works } from "./works.mjs";

const usage = `npm run bench [-- --quick] [--only NAME]…
  --quick      smaller and shorter: under two minutes, once everything is installed
  --only NAME  only the works whose names begin so: ${works.map(({ name }) => name).join(", ")}`;

/**
 * Measures Cofi and the other programs side by side: in each round of a work every program runs once, in a process of
 * its own, ours first. Progress goes to standard error, the table to standard output and with figures into `.bench`.
 *
 * @param args `--quick`, `--only NAME`.
 * @returns The exit status: 1 where a part of ours failed.
 */
export async function bench(args) {
  const { quick, only } = optionsFrom(args);
  const chosen = works.filter(
    ({ name, onlyWhole }) =>
      !(quick && onlyWhole) && (only.length === 0 || only.some((start) => name.startsWith(start))),
  );
  if (chosen.length === 0) throw new Problem(`No work is called ${only.join(", ")}.\n\n${usage}`);
  const before = machine({});
  await runSetup();
  const contenders = chosen.flatMap((work) =>
    work.contenders.filter((contender) => settingsOf(work, contender, quick).rounds !== 0),
  );
  const needs = [...new Set(contenders.map(({ program }) => needOf(program)).filter(Boolean))];
  const { missing, versions } = await makeEnvironment(needs);
  const rows = [];
  const failures = Object.entries(missing).map(([name, reason]) => ({ name, reason }));
  for (const work of chosen) await measure(work, { quick, missing, versions, rows, failures });
  mkdirSync(inBench(), { recursive: true });
  const results = { machine: { ...machine(versions), load: before.load }, quick, rows, failures };
  writeFileSync(inBench("rows.json"), `${JSON.stringify(results, null, 2)}\n`);
  console.log(await writeReport(results));
  return failures.some(({ program }) => program?.startsWith("ours")) ? 1 : 0;
}

function optionsFrom(args) {
  const options = { quick: false, only: [] };
  for (let k = 0; k < args.length; k++) {
    if (args[k] === "--quick") options.quick = true;
    else if (args[k] === "--only" && args[k + 1]) options.only.push(args[++k]);
    else throw new Problem(`${args[k]} is not an option.\n\n${usage}`);
  }
  return options;
}

/** A contender's own settings, over those that all of the work have. */
function settingsOf(work, { quick: inShort, ...contender }, quick) {
  return { ...contender, ...(quick && { ...work.quick, ...inShort }), work: work.name };
}

/** Runs one work's programs in turns, and adds one row for each that came through. */
async function measure(work, { quick, missing, versions, rows, failures }) {
  console.error(`\n${work.title}`);
  const shared = await work.prepare((note) => console.error(`  ${note}`));
  if (shared === undefined) {
    console.error("  left out: its data is not on this machine");
    return;
  }
  const entries = work.contenders.map((contender) => {
    const { program, ...settings } = { ...shared, ...settingsOf(work, contender, quick) };
    return { program, settings, seconds: [] };
  });
  const last = Math.max(...entries.map(({ settings }) => settings.rounds));
  for (let round = 0; round < last; round++)
    for (const entry of entries) {
      const { program, settings } = entry;
      if (round >= settings.rounds || entry.failed || missing[needOf(program)]) continue;
      try {
        const row = await runProgram(program, settings, { versions });
        entry.seconds.push(...row.seconds);
        const peakMB = Math.max(row.peakMB, entry.row?.peakMB ?? 0);
        entry.row = { ...row, peakMB, seconds: entry.seconds };
        console.error(`  ${row.peer}: ${Math.min(...row.seconds).toPrecision(3)} s`);
      } catch (error) {
        interruption.throwIfAborted();
        entry.failed = true;
        failures.push({ name: work.name, program, reason: error.message });
        console.error(`  ${program}: ${error.message}`);
      }
    }
  for (const { program, settings, row } of entries)
    if (row)
      rows.push({ ...row, ...derived(settings, row), title: work.title, ours: program.startsWith("ours") });
}

/** What follows from the times and the settings. */
function derived({ folds, train, count, numUsers, untrained, published, ...settings }, row) {
  const best = Math.min(...row.seconds);
  const epochs = row.epochs ?? settings.epochs;
  return {
    ratings: train,
    published,
    ...(epochs && train && !folds && { nsPerRatingEpoch: (1e9 * best) / train / epochs, epochs }),
    ...(count && { usersPerSecond: numUsers / best }),
    ...(untrained && { rmse: undefined }),
    note: [row.note, settings.note].filter(Boolean).join("; "),
  };
}
