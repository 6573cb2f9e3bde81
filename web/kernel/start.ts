/** Starts the kernel of a page: by its address where a server has it, else out of a script beside the page. */
import type { JupyterMessage } from "../../src/kernel/browser/messages";
import { assets, isServed, loadScript } from "./beside";
import { KernelConnection } from "./connection";

/** The kernel's script and assets as a script beside the page holds them: text as it is, all else in base64. */
export interface Pack {
  script: string;
  files: Record<string, string | { base64: string }>;
}

const folder = new URL("kernel/", assets).href;

/**
 * Starts a kernel of its own for this page.
 *
 * @throws Error where what it is made of is missing.
 */
export async function startKernel(onComm: (message: JupyterMessage) => void): Promise<KernelConnection> {
  if (isServed)
    return new KernelConnection(new Worker(new URL("kernel.js", folder)), {
      configure: { base: folder },
      onComm,
    });
  await loadScript(new URL("pack.js", folder).href);
  const { script, files } = (self as unknown as { cofiKernel: Pack }).cofiKernel;
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const bytes = ({ base64 }: { base64: string }) =>
    Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
  const given = Object.entries(files).map(([name, file]) => [
    name,
    typeof file === "string" ? file : bytes(file),
  ]);
  return new KernelConnection(new Worker(address), {
    configure: { base: folder, files: Object.fromEntries(given) },
    onComm,
  });
}
