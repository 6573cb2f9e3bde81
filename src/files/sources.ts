/** Where a table's bytes come from: a path, several, a pattern, or an address. */
import { checkSome, checkText } from "../base/check";
import { filesFitting } from "../platform/database";
import { exists, pathOfAddress, writeData } from "../platform/dataFiles";
import { basename } from "../platform/paths";
import { piecesOf, type Scratch } from "./unpack";

/** A path, a pattern with `*` or `?`, an address (`https:` or `file:`), or a file itself, dropped or chosen in a page. */
type One = string | URL | Blob;

/** One of these, or several. */
export type Source = One | readonly One[];

/**
 * The files of a source on this machine, and what to call them: those of a pattern in the order of their names; what
 * an address names is fetched first.
 *
 * @param argument What messages call the source.
 * @throws TypeError for a source of another kind; Error for a pattern that fits no file, or an address from which nothing comes.
 */
export async function filesOf(
  source: Source,
  scratch: Scratch,
  signal?: AbortSignal,
  argument = "files",
): Promise<{ path: string; shown: string }[]> {
  if (Array.isArray(source)) {
    checkSome(argument, "file", source);
    const all = [];
    for (const [k, one] of source.entries())
      all.push(...(await filesOf(one, scratch, signal, `${argument}[${k}]`)));
    return all;
  }
  if (source instanceof Blob) {
    const shown = "name" in source ? String(source.name) : "the file";
    const path = await scratch.file(shown);
    await writeData(path, source, signal);
    return [{ path, shown }];
  }
  const name = source instanceof URL ? source.href : source;
  checkText(argument, name);
  if (/^file:/i.test(name)) return [{ path: pathOfAddress(name), shown: pathOfAddress(name) }];
  if (/^https?:/i.test(name)) return [{ path: await fetched(name, scratch, signal), shown: name }];
  if (!/[*?]/.test(name) || exists(name)) return [{ path: name, shown: name }];
  const found = await filesFitting(name);
  if (found.length === 0) throw new Error(`${name}: no file fits this pattern`);
  return found.map((path) => ({ path, shown: path }));
}

async function fetched(address: string, scratch: Scratch, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(address, { signal }).catch((error) => {
    signal?.throwIfAborted();
    throw new Error(`${address}: cannot be fetched (${(error.cause ?? error).message})`);
  });
  if (!answer.ok || answer.body === null)
    throw new Error(`${address}: cannot be fetched (${answer.status} ${answer.statusText})`);
  const path = await scratch.file(basename(new URL(address).pathname) || "table");
  await writeData(path, piecesOf(answer.body), signal).catch((error) => {
    signal?.throwIfAborted();
    throw new Error(`${address}: broke off while it was fetched (${error.message})`);
  });
  return path;
}
