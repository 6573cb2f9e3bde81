import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** The headers by which a page is isolated, so that its threads may share memory. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * A plain web server on this machine alone.
 *
 * @param folders By the place where they are served, which ends in "/"; of several that fit the longest is taken.
 */
export async function serve(
  folders: Record<string, string>,
  { isolated }: { isolated: boolean },
): Promise<{ server: Server; address: string }> {
  const places = Object.keys(folders).sort((a, b) => b.length - a.length);
  const server = createServer(({ url = "/" }, answer) => {
    const path = decodeURIComponent(url.split("?")[0]);
    const place = places.find((one) => path.startsWith(one));
    try {
      const content = readFileSync(join(folders[place!], path.slice(place!.length)));
      const headers = { "Content-Type": types[extname(path)] ?? "application/octet-stream" };
      answer.writeHead(200, { ...headers, ...(isolated && isolation) }).end(content);
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
