// What an epoch of `factorize` takes on a Spark cluster, by running its schedule with the costs of its parts:
//   node bench/sparkSchedule.mjs
// prints the tables of src/spark/README.md. The costs were measured on the machine of the README's other numbers;
//   node bench/sparkSchedule.mjs --measure
// measures them on this one (a minute or two), and prints the tables by these.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sparkPython, sparkSetup } from "../commands/spark/setup.mjs";
import { here } from "./places.mjs";

/** Of one core, in seconds, and in bytes. */
export const costs = {
  /** A rating of 64 features, in the kernel. */
  rating: 117e-9,
  /** A byte of rows, through Spark's shuffle and Arrow and back, twice each round. */
  byte: 9e-9,
  /** A Python task: started, given its part, ended. */
  task: 0.061,
  /** A round, beside its tasks: planned, and its slowest waited for. */
  round: 0.43,
  /** A byte over the network of an executor (10 Gbit/s). */
  network: 1 / 1.2e9,
};

/** What is to be factorized: half of the ratings of items in proportion to 1 / (rank + 20), and `heavy` of one item. */
export function epochOf({ ratings, users, items, features, executors, cores, heavy = 0 }) {
  let count = 8;
  for (let most = 50e6; ratings > most && count < 128; most *= 2) count *= 2;
  count = Math.max(count, Math.ceil(items / 65536));
  const width = Math.ceil((features + 2) / 4) * 4;
  const [ofUsers, ofItems] = [4 * width * users, 4 * width * items];
  const slots = executors * cores;
  // As src/spark/driver/cofi_spark/blocks.py chooses.
  const least = Math.ceil(Math.max(ofUsers, ofItems) / 2 ** 28);
  const worth = Math.round(Math.sqrt((ratings * width * 1.5e-9) / 0.3));
  const groups = Math.min(count, Math.max(1, least, Math.min(slots, worth)));
  const bounds = Array.from({ length: groups + 1 }, (_, g) => Math.floor((g * count) / groups));
  const columns = columnShares({ count, heavy });
  const rounds = groups + (count > groups && groups > 1 ? 1 : 0);
  const shareOf = (from, to) => columns.slice(from, to).reduce((sum, share) => sum + share, 0);
  let seconds = 0;
  let busiest = 0;
  const work = new Float64Array(groups);
  for (let round = 0; round < rounds; round++) {
    const times = Array.from({ length: groups }, (_, row) => {
      const column = (row + round) % groups;
      const size = bounds[row + 1] - bounds[row];
      // Of the group's own columns the one half of the blocks comes first, and the other last.
      const own =
        column !== row || groups === 1 ? 1 : round === 0 ? (size + 1) / (2 * size) : (size - 1) / (2 * size);
      const part = (size / count) * shareOf(bounds[column], bounds[column + 1]) * own;
      const bytes = (ofUsers * size) / count + (ofItems * (bounds[column + 1] - bounds[column])) / count;
      work[row] += part * ratings * costs.rating * (features / 64);
      return (
        part * ratings * costs.rating * (features / 64) + bytes * (costs.byte + costs.network) + costs.task
      );
    });
    seconds += costs.round + makespan(times, slots);
  }
  busiest = Math.max(...work);
  return {
    count,
    groups,
    rounds,
    seconds,
    /** What the kernel alone would take. */
    kernel: (ratings * costs.rating * (features / 64)) / Math.min(slots, groups),
    heaviest: (busiest * groups) / work.reduce((sum, one) => sum + one, 0),
    shuffled: rounds * (ofUsers + ofItems),
    /** Of an executor: its part of the blocks and of the rows, the rows twice, as a round holds them. */
    memory: (6 * ratings + 4 * count * users) / executors + (3 * (ofUsers + ofItems)) / executors,
    block: (6 * ratings) / count ** 2 + (ofUsers + ofItems) / count,
  };
}

/** The part of the ratings in each block column: about even, but for the one that holds the heavy item. */
function columnShares({ count, heavy }) {
  const even = 1 / count;
  if (heavy <= even) return Array.from({ length: count }, () => even);
  return Array.from({ length: count }, (_, k) => (k === 0 ? heavy : (1 - heavy) / (count - 1)));
}

/** How long tasks take on so many slots, each going to the first that is free. */
function makespan(times, slots) {
  const free = new Float64Array(slots);
  for (const time of times) {
    let first = 0;
    for (let k = 1; k < slots; k++) if (free[k] < free[first]) first = k;
    free[first] += time;
  }
  return Math.max(...free);
}

const cases = [
  { ratings: 1e9, users: 7e6, items: 5e5 },
  { ratings: 1e10, users: 7e7, items: 2e6 },
];
const clusters = [
  { executors: 10, cores: 8 },
  { executors: 100, cores: 8 },
];

function print() {
  const gigabytes = (bytes) => (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);
  console.log(
    "| ratings | executors × cores | blocks | tasks a round | rounds | s an epoch | of it kernel | shuffled, GB | memory an executor, GB | largest block, MB |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|");
  for (const size of cases)
    for (const cluster of clusters) {
      const found = epochOf({ ...size, ...cluster, features: 64 });
      console.log(
        `| ${size.ratings.toExponential(0)} | ${cluster.executors} × ${cluster.cores} | ${found.count}² | ${found.groups} | ${found.rounds} | ${found.seconds.toFixed(0)} | ${found.kernel.toFixed(1)} | ${gigabytes(found.shuffled)} | ${gigabytes(found.memory)} | ${(found.block / 1e6).toFixed(0)} |`,
      );
    }
  console.log("\nOne item in a tenth of all ratings, a billion of them:\n");
  console.log("| executors × cores | s an epoch without | with |");
  console.log("|---|---|---|");
  for (const cluster of clusters) {
    const [without, heavy] = [0, 0.1].map((share) =>
      epochOf({ ...cases[0], ...cluster, features: 64, heavy: share }),
    );
    console.log(
      `| ${cluster.executors} × ${cluster.cores} | ${without.seconds.toFixed(0)} | ${heavy.seconds.toFixed(0)} |`,
    );
  }
}

/** Measures `costs` here, but for the network's. */
async function measure() {
  await sparkSetup();
  const folder = mkdtempSync(join(tmpdir(), "cofi-costs-"));
  const dist = here("../dist");
  const args = [
    here("spark_costs.py"),
    join(dist, "spark", "driver"),
    join(dist, "wasm", "kernels-single.wasm"),
  ];
  try {
    const out = execFileSync(sparkPython, [...args, folder], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    Object.assign(costs, JSON.parse(out.trim().split("\n").at(-1)));
    console.log(costs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes("--measure")) await measure();
  print();
}
