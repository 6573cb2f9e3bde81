import { createServer } from "node:http"; import { readFileSync } from "node:fs"; import { join } from "node:path";
import sparticuz from "@sparticuz/chromium"; import { chromium } from "playwright-core";
const dist = "/tmp/mv/plat/d";
const types = { js: "text/javascript", html: "text/html", wasm: "application/wasm", csv: "text/csv" };
const page = process.argv[2];
for (const iso of [false, true]) {
const server = createServer((q, a) => { const p = q.url.split("?")[0]; try { const body = p.endsWith("/page.html") ? readFileSync(page) : readFileSync(join(dist, p.replace(/^\/sub\/cofi\//, ""))); a.writeHead(200, { "content-type": types[p.split(".").at(-1)] ?? "application/octet-stream", ...(iso && { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }) }); a.end(body); } catch (e) { a.writeHead(404); a.end(String(e)); } }).listen(0, "127.0.0.1");
await new Promise((r) => server.once("listening", r));
const b = await chromium.launch({ executablePath: await sparticuz.executablePath(), args: ["--no-sandbox"] });
const t = await b.newPage(); t.on("console", (m) => console.log("  console:", m.text())); t.on("pageerror", (e) => console.log("  ERR", e.stack)); t.on("requestfailed", (r) => console.log("  failed", r.url())); t.on("request", (r) => process.argv[3] && console.log("  req", r.url()));
const t0 = Date.now(); await t.goto(`http://127.0.0.1:${server.address().port}/sub/page.html`);
await t.waitForFunction(() => globalThis.result !== undefined, undefined, { timeout: 240000 });
console.log(iso ? "isolated" : "not isolated", Date.now() - t0, "ms", await t.evaluate(() => globalThis.result));
await b.close(); server.close(); }
