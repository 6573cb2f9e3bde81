import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inRoot } from "../commands/project/project.mjs";
import { data } from "./places.mjs";

const require = createRequire(import.meta.url);
const names = ["u1", "u2", "u3", "u4", "u5"];

/**
 * MovieLens 100K's five published folds, as the files that all programs read; undefined where the data is not on this
 * machine.
 */
export function prepareFolds() {
  const { findData } = require(inRoot("dist", "datasets", "find.js"));
  const parts = names.flatMap((name) => [`${name}.base`, `${name}.test`]);
  const source = findData("ml-100k", parts);
  if (source === undefined) return undefined;
  const folder = join(data, "ml-100k");
  for (const name of names) {
    mkdirSync(join(folder, name), { recursive: true });
    write(join(folder, name), "train", join(source, `${name}.base`));
    write(join(folder, name), "test", join(source, `${name}.test`));
  }
  return { folder, folds: names, shape: { numItems: 1682, numUsers: 943, train: 80_000 } };
}

/** Lines of user, item, stars and time; both are counted from 1 there. */
function write(folder, part, file) {
  const rows = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("\t").map(Number));
  writeFileSync(
    join(folder, `${part}-items.i32`),
    Int32Array.from(rows, ([, item]) => item - 1),
  );
  writeFileSync(
    join(folder, `${part}-users.i32`),
    Int32Array.from(rows, ([user]) => user - 1),
  );
  writeFileSync(
    join(folder, `${part}-values.f32`),
    Float32Array.from(rows, ([, , stars]) => stars),
  );
}
