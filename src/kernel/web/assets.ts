/** The files that lie beside the kernel's script, and those that the page has handed over in their place. */
let base = "";
let given: Record<string, ArrayBuffer | string> = {};
const urls = new Map<string, string>();

export function setAssets(from: { base: string; files: Record<string, ArrayBuffer | string> }): void {
  base = from.base;
  given = from.files;
}

/** The address of an asset. */
export function assetUrl(name: string): string {
  if (!Object.hasOwn(given, name)) return `${base}${name}`;
  const type = name.endsWith(".js") ? "text/javascript" : name.endsWith(".wasm") ? "application/wasm" : "";
  const url = urls.get(name) ?? URL.createObjectURL(new Blob([given[name]], { type }));
  urls.set(name, url);
  return url;
}

/** Whether an address is that of an asset. */
export const isAsset = (url: string): boolean =>
  (base !== "" && url.startsWith(base)) || [...urls.values()].includes(url);

/** The text of an asset. */
export async function assetText(name: string): Promise<string> {
  const own = given[name];
  if (own !== undefined) return typeof own === "string" ? own : new TextDecoder().decode(own);
  const response = await fetch(assetUrl(name));
  if (!response.ok) throw new Error(`${assetUrl(name)}: HTTP ${response.status}`);
  return response.text();
}
