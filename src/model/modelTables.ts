/** The two tables that a model is stored as, and how they are read again: of one model, and of a posterior's samples. */
import { type Batch, type Column, listsIn, readParquet } from "../files/duckdb";
import type { Id } from "../ratings/ratings";
import type { Model, ModelSize } from "./model";
import type { Posterior, Sample, Trace } from "./posterior";

/** The files of each table, in the order of its rows. */
export interface TableFiles {
  items: readonly string[];
  users: readonly string[];
}

/** The tables of a model, less their ids. */
interface Tables {
  items: Column[];
  users: Column[];
}

export function modelTables({ X, W, b, mu, numFeatures }: Model): Tables {
  const rowsOf = (block: Float64Array) => (from: number, to: number) =>
    block.slice(from * numFeatures, to * numFeatures);
  return {
    items: [
      { name: "mu", type: "DOUBLE", block: mu },
      { name: "x", type: "DOUBLE[]", width: numFeatures, rows: rowsOf(X) },
    ],
    users: [
      { name: "b", type: "DOUBLE", block: b },
      { name: "w", type: "DOUBLE[]", width: numFeatures, rows: rowsOf(W) },
    ],
  };
}

export async function readModelTables(
  files: TableFiles,
  { numItems, numUsers, numFeatures }: ModelSize,
  pause: () => Promise<void>,
) {
  const fields = (number: string, list: string) =>
    [
      { name: number, width: undefined, make: Float64Array },
      { name: list, width: numFeatures, make: Float64Array },
    ] as const;
  const items = await readTable(files.items, numItems, fields("mu", "x"), pause);
  const users = await readTable(files.users, numUsers, fields("b", "w"), pause);
  const [mu, X] = items.blocks as Float64Array[];
  const [b, W] = users.blocks as Float64Array[];
  const model: Model = { numItems, numUsers, numFeatures, X, W, b, mu };
  return { model, itemIds: items.ids, userIds: users.ids };
}

/** The blocks of a sample that are of items, and those that are of users, by their columns. */
const ofItems = { mu: "mu", x: "X", spread: "itemSpread" } as const;
const ofUsers = { b: "b", w: "W", spread: "userSpread" } as const;

export function posteriorTables({ samples, numFeatures }: Posterior): Tables {
  const columnsOf = (blocks: Readonly<Record<string, keyof Sample>>): Column[] =>
    Object.entries(blocks).map(([name, key]) => {
      const width = key === "X" || key === "W" ? numFeatures : 1;
      /** The rows of all samples, each row's samples one after the other. */
      const fill = <Block extends Float64Array | Float32Array>(
        block: Block,
        from: number,
        to: number,
      ): Block => {
        for (let row = from, at = 0; row < to; row++)
          for (const sample of samples)
            for (let f = 0; f < width; f++) block[at++] = sample[key][row * width + f];
        return block;
      };
      const all = samples.length * width;
      return key === "mu"
        ? {
            name,
            type: "DOUBLE[]",
            width: all,
            rows: (from, to) => fill(new Float64Array((to - from) * all), from, to),
          }
        : {
            name,
            type: "FLOAT[]",
            width: all,
            rows: (from, to) => fill(new Float32Array((to - from) * all), from, to),
          };
    });
  return { items: columnsOf(ofItems), users: columnsOf(ofUsers) };
}

export async function readPosteriorTables(
  files: TableFiles,
  manifest: ModelSize & { samples: number; trace: { warmUp: number } & Record<string, number[] | number> },
  pause: () => Promise<void>,
) {
  const { numItems, numUsers, numFeatures, samples: count, trace } = manifest;
  const read = (paths: readonly string[], rows: number, blocks: Readonly<Record<string, keyof Sample>>) =>
    readTable(
      paths,
      rows,
      Object.entries(blocks).map(([name, key]) => ({
        name,
        width: count * (key === "X" || key === "W" ? numFeatures : 1),
        make: key === "mu" ? Float64Array : Float32Array,
      })),
      pause,
    );
  const items = await read(files.items, numItems, ofItems);
  const users = await read(files.users, numUsers, ofUsers);
  /** The numbers of sample s, out of rows that hold those of all samples. */
  const ofSample = <Block extends Float64Array | Float32Array>(
    all: Block,
    s: number,
    width: number,
  ): Block => {
    const make = all.constructor as new (length: number) => Block;
    const block = new make(all.length / count);
    for (let row = 0, to = 0; to < block.length; row++)
      for (let f = 0; f < width; f++) block[to++] = all[(row * count + s) * width + f];
    return block;
  };
  const [mu, X, itemSpread] = items.blocks as [Float64Array, Float32Array, Float32Array];
  const [b, W, userSpread] = users.blocks as [Float32Array, Float32Array, Float32Array];
  const samples: Sample[] = [];
  for (let s = 0; s < count; s++) {
    samples.push({
      X: ofSample(X, s, numFeatures),
      W: ofSample(W, s, numFeatures),
      b: ofSample(b, s, 1),
      mu: ofSample(mu, s, 1),
      userSpread: ofSample(userSpread, s, 1),
      itemSpread: ofSample(itemSpread, s, 1),
    });
    await pause();
  }
  const curve = (name: Exclude<keyof Trace, "warmUp">) => Float64Array.from(trace[name] as number[]);
  const model: Posterior = {
    numItems,
    numUsers,
    numFeatures,
    samples,
    trace: {
      rmse: curve("rmse"),
      noise: curve("noise"),
      userBias: curve("userBias"),
      itemBias: curve("itemBias"),
      warmUp: trace.warmUp,
    },
  };
  return { model, itemIds: items.ids, userIds: users.ids };
}

/** A column of numbers to be read: one for each row, or lists of `width`. */
interface Field {
  name: string;
  width: number | undefined;
  make: Float64ArrayConstructor | Float32ArrayConstructor;
}

/** The ids of a table, and the numbers of its columns, row after row. */
async function readTable(
  paths: readonly string[],
  rows: number,
  fields: readonly Field[],
  pause: () => Promise<void>,
): Promise<{ ids: Id[]; blocks: (Float64Array | Float32Array)[] }> {
  const [path] = paths;
  const ids: Id[] = [];
  const blocks = fields.map(({ width = 1, make }) => new make(rows * width));
  const counts = fields.map(() => 0);
  let uneven: string | undefined;
  for await (const batch of readParquet(paths, ["id", ...fields.map(({ name }) => name)])) {
    for (let row = 0; row < batch.rows; row++) {
      const id = batch.columns[0].getItem(row);
      ids.push(typeof id === "bigint" ? Number(id) : (id as Id));
    }
    for (const [k, field] of fields.entries()) {
      const { values, width } = await valuesIn(batch, k + 1, field);
      if (width === undefined) uneven ??= field.name;
      if (counts[k] + values.length <= blocks[k].length) blocks[k].set(values, counts[k]);
      counts[k] += values.length;
    }
    await pause();
  }
  if (ids.length !== rows) throw new Error(`${path}: must have ${rows} rows, got ${ids.length}`);
  for (const [k, { name, width = 1 }] of fields.entries())
    if (counts[k] !== rows * width || uneven === name)
      throw new Error(`${path}: ${name} must be lists of ${width}, got ${counts[k]} numbers in ${rows} rows`);
  return { ids, blocks };
}

async function valuesIn(batch: Batch, k: number, { width }: Field) {
  if (width !== undefined) return listsIn(batch, k);
  const values = Float64Array.from(
    { length: batch.rows },
    (_, row) => batch.columns[k].getItem(row) as number,
  );
  return { values, width: 1 };
}
