import { dirname, join } from "./path";

/** What is handed over in the place of a file: scripts as text or bytes, others also as a Blob, which is not copied. */
type Asset = ArrayBuffer | Blob | string;

/** The files that lie beside the kernel's script, and those that the page has handed over in their place. */
let base = "";
let given: Record<string, Asset> = {};
const urls = new Map<string, string>();

export function setAssets(from: { base: string; files: Record<string, Asset> }): void {
  base = from.base;
  given = from.files;
  // The module, which is an asset itself, asks for what lies beside it: see `src/platform/browser/beside.ts`.
  const addresses = Object.fromEntries(
    Object.keys(given)
      .filter((name) => /\.(js|wasm)$/.test(name))
      .map((name) => [name, { get: () => assetUrl(name) }]),
  );
  Object.assign(globalThis, {
    [Symbol.for("cofi.base")]: base,
    [Symbol.for("cofi.addresses")]: Object.defineProperties({}, addresses),
  });
}

/** The address of an asset. */
export function assetUrl(name: string): string {
  if (!Object.hasOwn(given, name)) return `${base}${name}`;
  const known = urls.get(name);
  if (known !== undefined) return known;
  const isScript = name.endsWith(".js");
  const type = isScript ? "text/javascript" : name.endsWith(".wasm") ? "application/wasm" : "";
  const url = URL.createObjectURL(new Blob([isScript ? withAddresses(name) : given[name]], { type }));
  urls.set(name, url);
  return url;
}

/** A script that was handed over: those beside it that it imports are found by their addresses, not by their places. */
function withAddresses(name: string): string {
  const folder = dirname(name);
  return textOf(given[name]).replace(/(["'])(\.\.?\/[\w./-]+\.js)\1/g, (written, quote, path) => {
    const other = join(folder, path);
    return Object.hasOwn(given, other) ? quote + assetUrl(other) + quote : written;
  });
}

const textOf = (data: Asset): string =>
  typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer);

/** Whether an address is that of an asset. */
export const isAsset = (url: string): boolean =>
  (base !== "" && url.startsWith(base)) || [...urls.values()].includes(url);

/** The text of an asset. */
export async function assetText(name: string): Promise<string> {
  if (Object.hasOwn(given, name)) return textOf(given[name]);
  const response = await fetch(assetUrl(name));
  if (!response.ok) throw new Error(`${assetUrl(name)}: HTTP ${response.status}`);
  return response.text();
}
