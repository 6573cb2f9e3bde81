/** The files that lie beside the kernel's script, and those that the page has handed over in their place. */
let base = "";
let given: Record<string, ArrayBuffer | string> = {};
const urls = new Map<string, string>();

export function setAssets(from: { base: string; files: Record<string, ArrayBuffer | string> }): void {
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
  let url = urls.get(name);
  if (url === undefined) {
    const file = given[name];
    const type = name.endsWith(".js") ? "text/javascript" : name.endsWith(".wasm") ? "application/wasm" : "";
    url = URL.createObjectURL(new Blob([typeof file === "string" ? linked(file) : file], { type }));
    urls.set(name, url);
  }
  return url;
}

/** A module with the addresses of those that it imports from beside it: a blob has nothing beside it. */
function linked(code: string): string {
  return code.replace(/(\bfrom|\bimport\(?)"\.\/([\w.-]+\.js)"/g, (whole, how, name) =>
    Object.hasOwn(given, name) ? `${how}"${assetUrl(name)}"` : whole,
  );
}

/** The text of an asset. */
export async function assetText(name: string): Promise<string> {
  const own = given[name];
  if (own !== undefined) return typeof own === "string" ? own : new TextDecoder().decode(own);
  const response = await fetch(assetUrl(name));
  if (!response.ok) throw new Error(`${assetUrl(name)}: HTTP ${response.status}`);
  return response.text();
}
