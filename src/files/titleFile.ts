/** The titles of items from a file of their own: `movies.csv`, `movies.dat`, `u.item`. */
import type { Id } from "../ratings/ratings";
import { bare } from "./bareText";
import { choosePlaces, likelyPlaces } from "./columns";
import { queryRows } from "./duckdb";
import { openTable, tableError } from "./table";
import type { Scratch } from "./unpack";

/**
 * Each item's title. The column of ids and the one of titles are found by their names; without names they come first.
 *
 * @throws RangeError where no title is found for any item.
 */
export async function titlesFrom(
  { path, shown: file }: { path: string; shown: string },
  itemIds: readonly Id[],
  scratch: Scratch,
  signal?: AbortSignal,
): Promise<(string | undefined)[]> {
  const read = async (encoding?: string) => {
    const table = await openTable(path, file, scratch, { encoding, signal });
    const { names, cells, scan, hasNames } = table;
    const found = hasNames ? likelyPlaces(names) : { user: [], item: [0], value: [], time: [], title: [1] };
    const { item, title } = choosePlaces(
      file,
      names,
      { ...found, user: [0], value: [0], title: found.title },
      {},
    );
    const [id, text] = [cells[item], cells[title ?? (item === 0 ? 1 : 0)]];
    return (await queryRows(`SELECT ${id}::VARCHAR, ${text}::VARCHAR FROM ${scan}`, { signal }).catch(
      (error) => {
        throw tableError(file, error);
      },
    )) as [string | null, string | null][];
  };
  // u.item of MovieLens 100K is in Latin-1.
  const rows = await read().catch((error) => {
    if (/UTF-8/.test(error.message)) return read("windows-1252");
    throw error;
  });
  const titles = new Map<string, string>();
  for (const [id, title] of rows)
    if (id !== null && title !== null && !titles.has(bare(id, '"')))
      titles.set(bare(id, '"'), bare(title, '"'));
  const found = itemIds.map((id) => titles.get(String(id)));
  if (!found.some((title) => title !== undefined))
    throw new RangeError(
      `${file}: titles must be of the items rated, got none of ${JSON.stringify(itemIds[0])} and the others`,
    );
  return found;
}
