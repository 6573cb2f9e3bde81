/** A zip archive fetched from its publisher, its checksums verified. */
import { makeFolder, move, remove, writeData } from "../platform/dataFiles";
import { randomUUID, sha256 } from "../platform/hash";
import { basename, join } from "../platform/paths";
import { ownData } from "./find";

/** A zip archive that a publisher offers. */
export interface Archive {
  url: string;
  /**
   * SHA-256 of each file that is wanted, by its name in the archive, taken with line ends of one "\\n": the same
   * text is published with either kind.
   */
  files: Record<string, string>;
}

/** How long to wait for the publisher's answer and for the whole file, in milliseconds. */
const patience = { answer: 15_000, whole: 300_000 };

/**
 * Fetches a data set from its publisher into a folder of its name: the files wanted, each with its checksum verified.
 * They are written beside and renamed at the end, so that the folder is whole or not there at all.
 *
 * @param archive.name The folder that it becomes.
 * @param into The folder that holds it. @default the project's `data`
 * @returns the data set's folder
 * @throws Error when the publisher cannot be reached, or a file is missing or not the one that is known.
 */
export async function download(
  { name, url, files }: Archive & { name: string },
  into = ownData,
): Promise<string> {
  return unpackArchive(await fetchWhole(url), { name, url, files }, into);
}

/** The same from the bytes of an archive that is there; `archive.url` says in errors which it is. */
export async function unpackArchive(
  archive: Uint8Array,
  { name, url, files }: Archive & { name: string },
  into = ownData,
): Promise<string> {
  const { unzipSync } = await import("fflate");
  const unpacked = unzipSync(archive, { filter: (file) => basename(file.name) in files });
  const beside = join(into, `.${name}.${randomUUID()}`);
  try {
    await makeFolder(beside);
    const found = new Map(Object.entries(unpacked).map(([path, bytes]) => [basename(path), bytes]));
    for (const [file, known] of Object.entries(files)) {
      const bytes = found.get(file);
      if (!bytes) throw new Error(`${url}: must hold ${file}, and does not`);
      const got = checksum(bytes);
      if (got !== known) throw new Error(`${url}: ${file} must have the SHA-256 ${known}, got ${got}`);
      await writeData(join(beside, file), bytes);
    }
    const folder = join(into, name);
    await remove(folder);
    await move(beside, folder);
    return folder;
  } finally {
    await remove(beside);
  }
}

function checksum(bytes: Uint8Array): string {
  return sha256()
    .update(bytes.filter((byte) => byte !== 13))
    .digest("hex");
}

async function fetchWhole(url: string): Promise<Uint8Array> {
  const giveUp = new AbortController();
  const late = (what: string) => () => giveUp.abort(new Error(`${what} took too long`));
  const answer = setTimeout(late("the answer"), patience.answer);
  const whole = setTimeout(late("the download"), patience.whole);
  try {
    const response = await fetch(url, { signal: giveUp.signal });
    clearTimeout(answer);
    if (!response.ok) throw new Error(`the answer was ${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new Error(`${new URL(url).host} cannot be reached: ${reasonOf(error)}`);
  } finally {
    clearTimeout(answer);
    clearTimeout(whole);
  }
}

/** What `fetch` hides one level down: "fetch failed" is no reason, "getaddrinfo ENOTFOUND …" is one. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string; code?: string } };
  return cause?.message || cause?.code || message;
}
