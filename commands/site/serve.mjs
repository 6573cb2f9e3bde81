import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";

/** What files are, by the endings of their names. */
export const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".ipynb": "application/x-ipynb+json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".csv": "text/csv; charset=utf-8",
};

/** The headers by which a page may share memory with its threads. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/**
 * Serves a folder to this machine alone.
 *
 * @param options.port @default any that is free
 * @param options.base The path that the folder is served under, with a slash at both ends. @default "/"
 * @param options.isolated Whether pages may have threads that share memory. @default true
 * @returns The server, once it listens.
 */
export function serveFolder(folder, { port = 0, base = "/", isolated = true } = {}) {
  const server = createServer((request, response) => {
    const answer = (status, headers = {}) =>
      response.writeHead(status, { ...(isolated && isolation), "Cache-Control": "no-cache", ...headers });
    const { pathname } = new URL(request.url, "http://localhost");
    const file = fileOf(folder, pathname, base);
    if (request.method !== "GET" && request.method !== "HEAD") return answer(405).end();
    if (file === undefined) return answer(404, { "Content-Type": "text/plain" }).end("not found");
    const { size } = statSync(file);
    const type = types[extname(file)] ?? "application/octet-stream";
    answer(200, { "Content-Type": type, "Content-Length": size });
    if (request.method === "HEAD") return response.end();
    return createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** The file that a path leads to, inside the folder; undefined where there is none. */
function fileOf(folder, pathname, base) {
  if (!pathname.startsWith(base)) return undefined;
  let path;
  try {
    path = decodeURIComponent(pathname.slice(base.length));
  } catch {
    return undefined;
  }
  const file = join(folder, path, path === "" || path.endsWith("/") ? "index.html" : "");
  if (path.includes("\0") || !file.startsWith(folder + sep)) return undefined;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}
