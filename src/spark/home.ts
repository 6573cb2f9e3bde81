/** What a cluster has put into folders of this machine, read. */
import { join } from "node:path";
import { query, quoted } from "../files/duckdb";
import type { Lists } from "../predict/topItems";
import type { Id, Ratings } from "../ratings/ratings";
import type { SparkRatings } from "./handles";

/** Ratings by user and item, with their ids. */
export async function ratingsIn(folder: string, size: SparkRatings): Promise<Ratings> {
  const { numItems, numUsers, numRatings, hasTimes } = size;
  const table = (name: string) => `read_parquet(${quoted(join(folder, name, "*.parquet"))})`;
  const [users, items] = [new Int32Array(numRatings), new Int32Array(numRatings)];
  const [values, times] = [new Float64Array(numRatings), new Float64Array(hasTimes ? numRatings : 0)];
  const columns = [users, items, values, ...(hasTimes ? [times] : [])];
  let filled = 0;
  const names = `"user", item, "value"${hasTimes ? ', "time"' : ""}`;
  for await (const batch of query(`SELECT ${names} FROM ${table("ratings")} ORDER BY "user", item`)) {
    for (const [k, column] of columns.entries())
      for (let row = 0; row < batch.rows; row++)
        column[filled + row] = batch.columns[k].getItem(row) as number;
    filled += batch.rows;
  }
  const ids = async (name: string): Promise<Id[]> => {
    const found: Id[] = [];
    for await (const batch of query(`SELECT id FROM ${table(name)} ORDER BY "index"`))
      for (let row = 0; row < batch.rows; row++) {
        const id = batch.columns[0].getItem(row);
        found.push(typeof id === "bigint" ? Number(id) : (id as Id));
      }
    return found;
  };
  const [userIds, itemIds] = [await ids("users"), await ids("items")];
  return { numItems, numUsers, items, users, values, ...(hasTimes && { times }), itemIds, userIds };
}

/** Lists of users by their number, each in its order. */
export async function listsIn(folder: string, numUsers: number): Promise<Lists> {
  const start = new Int32Array(numUsers + 1);
  const items: number[] = [];
  const scores: number[] = [];
  const table = `read_parquet(${quoted(join(folder, "*.parquet"))})`;
  for await (const { rows, columns } of query(
    `SELECT "user", item, score FROM ${table} ORDER BY "user", place`,
  )) {
    for (let row = 0; row < rows; row++) {
      start[(columns[0].getItem(row) as number) + 1]++;
      items.push(columns[1].getItem(row) as number);
      scores.push(columns[2].getItem(row) as number);
    }
  }
  for (let user = 0; user < numUsers; user++) start[user + 1] += start[user];
  return { start, items: Int32Array.from(items), scores: Float64Array.from(scores) };
}
