/**
 * The site's service worker: it keeps the site in the browser, so that it works without a network, and adds the headers
 * that threads need where the server sends none.
 */

/** The site as it was built, put in by the bundler: files by their paths from the site's folder. */
declare const SITE: {
  version: string;
  /** What the pages need, kept at once. */
  pages: string[];
  /** What JupyterLite needs, kept once it runs. */
  lite: string[];
  /** What few pages need, kept when it is first used. */
  later: string[];
};

interface WorkerScope {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
}
interface WorkerEvent {
  request: Request;
  data: unknown;
  source: { postMessage(message: unknown): void } | null;
  waitUntil(done: Promise<unknown>): void;
  respondWith(response: Promise<Response>): void;
}

const worker = self as unknown as WorkerScope;
const family = "cofi-site:";
const cacheName = `${family}${worker.registration.scope}:${SITE.version}`;

const addressOf = (file: string) => new URL(file, worker.registration.scope).href;
const later = new Set(SITE.later.map(addressOf));

worker.addEventListener("install", (event) => {
  event.waitUntil(keep(SITE.pages).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => worker.clients.claim()));
});

// JupyterLite asks for its part once it runs: who only reads the pages does not pay for it.
worker.addEventListener("message", (event) => {
  if (event.data !== "keep JupyterLite") return;
  event.waitUntil(keep(SITE.lite).then(() => event.source?.postMessage("JupyterLite is kept")));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(worker.registration.scope))
    event.respondWith(answer(request));
});

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  url.search = "";
  url.hash = "";
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  const kept = await (await caches.open(cacheName)).match(url.href);
  if (kept) return isolated(kept);
  try {
    const response = await fetch(request);
    if (response.ok && later.has(url.href))
      await (await caches.open(cacheName)).put(url.href, response.clone());
    return isolated(response);
  } catch {
    // Without a network there is what was kept, and nothing else.
    return new Response("not kept in this browser", { status: 404 });
  }
}

/** The response with the headers by which a page may share memory with its threads. */
function isolated(response: Response): Response {
  if (response.type === "opaqueredirect" || response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  const { status, statusText } = response;
  return new Response(status === 204 || status === 304 ? null : response.body, {
    status,
    statusText,
    headers,
  });
}

/** Keeps files that are not kept yet, a few at a time. */
async function keep(files: readonly string[]): Promise<void> {
  const cache = await caches.open(cacheName);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  const missing = files.map(addressOf).filter((url) => !there.has(url));
  for (let k = 0; k < missing.length; k += 8) {
    const some = missing.slice(k, k + 8);
    await cache.addAll(some.map((url) => new Request(url, { cache: "no-cache" })));
  }
}

/** Removes what earlier builds of this site have kept; other sites of this host are none of its business. */
async function dropOlder(): Promise<void> {
  const older = `${family}${worker.registration.scope}:`;
  for (const other of await caches.keys())
    if (other.startsWith(older) && other !== cacheName) await caches.delete(other);
}
