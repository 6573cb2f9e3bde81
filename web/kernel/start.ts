/** Starts the kernel of a page: by its address where a server has it, else out of a script beside the page. */
import { assets, isServed, loadScript } from "./beside";
import { KernelConnection, type Listeners } from "./connection";

/** The kernel's script and assets as scripts beside the page hold them: text as it is, all else in base64. */
type Pack = Record<string, string | { base64: string }>;

const folder = new URL("kernel/", assets).href;

/** What more a kernel of a page from a file is given, by what the page's code speaks of. */
const more: [RegExp, string][] = [
  [/\btf\b|tensor|cofiCost|frame/i, "pack-tensors.js"], // danfo computes with TensorFlow.js
  [/\bsql\b|readRatings|readTitles|movielens|courseLab/, "pack-sql.js"],
  [/frame/i, "pack-frames.js"],
];

/**
 * Starts a kernel of its own for this page.
 *
 * @param code What the page's cells are, for a page from a file to know what its kernel will need.
 * @throws Error where what it is made of is missing.
 */
export async function startKernel(
  code: string,
  listeners: Listeners,
): Promise<KernelConnection> {
  if (isServed)
    return new KernelConnection(new Worker(new URL("kernel.js", folder)), {
      configure: { base: folder },
      ...listeners,
    });
  const packs = ["pack.js", ...more.filter(([needs]) => needs.test(code)).map(([, pack]) => pack)];
  await Promise.all(packs.map((pack) => loadScript(new URL(pack, folder).href)));
  const { "kernel.js": script, ...files } = (self as unknown as { cofiKernel: Pack }).cofiKernel;
  const address = URL.createObjectURL(new Blob([script as string], { type: "text/javascript" }));
  const given = Object.entries(files).map(([name, file]) => [
    name,
    typeof file === "string" ? file : bytesOf(file.base64),
  ]);
  return new KernelConnection(new Worker(address), {
    configure: { base: folder, files: Object.fromEntries(given) },
    ...listeners,
  });
}

const bytesOf = (base64: string): ArrayBuffer =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
