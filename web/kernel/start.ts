/** Starts the kernel of a page: by its address where a server has it, else out of a script beside the page. */
import { assets, isServed, loadScript } from "./beside";
import { KernelConnection, KernelEnded, type Listeners } from "./connection";

/** The kernel's script and assets as scripts beside the page hold them: text as it is, all else in base64. */
type Pack = Record<string, string | { base64: string } | Blob>;

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
export async function startKernel(code: string, listeners: Listeners): Promise<KernelConnection> {
  if (isServed)
    return new KernelConnection(new Worker(new URL("kernel.js", folder)), {
      configure: { base: folder },
      ...listeners,
    });
  const packs = ["pack.js", ...more.filter(([needs]) => needs.test(code)).map(([, pack]) => pack)];
  await Promise.all(packs.map((pack) => loadScript(new URL(pack, folder).href)));
  const pack = (self as unknown as { cofiKernel: Pack }).cofiKernel;
  // A Blob goes from thread to thread without being copied.
  for (const [name, file] of Object.entries(pack))
    if (typeof file === "object" && "base64" in file) pack[name] = await blobOf(file.base64);
  const { "kernel.js": script, ...files } = pack as Record<string, string | Blob>;
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return new KernelConnection(await begun(address), {
    configure: { base: folder, files },
    ...listeners,
  });
}

/** How long a worker may take to its first word, in milliseconds, before another is started beside it, and how many are. */
const patience = 3000;
const most = 3;

/**
 * A worker with a kernel that has begun, as a kernel says at once. In Firefox one of a Blob now and then never does, in
 * silence, where another begins in a tenth of a second: the first that says a word is taken.
 */
function begun(address: string): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const workers: Worker[] = [];
    let timer = 0;
    const endAllBut = (chosen?: Worker) => {
      clearTimeout(timer);
      for (const worker of workers) if (worker !== chosen) worker.terminate();
    };
    const start = () => {
      const worker = new Worker(address);
      workers.push(worker);
      worker.onmessage = () => {
        endAllBut(worker);
        resolve(worker);
      };
      worker.onerror = ({ message }) => {
        endAllBut();
        reject(new KernelEnded(`the kernel could not be started: ${message}`));
      };
      if (workers.length < most) timer = window.setTimeout(start, patience);
    };
    start();
  });
}

const blobOf = async (base64: string): Promise<Blob> =>
  (await fetch(`data:application/wasm;base64,${base64}`)).blob();
