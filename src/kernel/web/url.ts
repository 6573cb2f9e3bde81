/** `node:url` as far as a browser has it. */
import { resolve } from "./path";

export function pathToFileURL(path: string): URL {
  const url = new URL("file:///");
  url.pathname = resolve(path).replaceAll("%", "%25");
  return url;
}

export function fileURLToPath(url: string | URL): string {
  const { protocol, pathname } = new URL(url);
  if (protocol !== "file:")
    throw Object.assign(new TypeError("The URL must be of scheme file"), { code: "ERR_INVALID_URL_SCHEME" });
  return decodeURIComponent(pathname);
}

const { URL: Url, URLSearchParams: SearchParams } = globalThis;

export { SearchParams as URLSearchParams, Url as URL };
