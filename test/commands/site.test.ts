import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRoot } from "../../commands/project/project.mjs";
import { serveFolder } from "../../commands/site/serve.mjs";
import { sizesOf } from "../../commands/site/sizes.mjs";

describe("a folder that is served", () => {
  const parent = mkdtempSync(join(tmpdir(), "cofi serve "));
  const folder = join(parent, "site");
  const servers: Server[] = [];

  beforeAll(() => {
    mkdirSync(join(folder, "a b"), { recursive: true });
    writeFileSync(join(parent, "secret.txt"), "secret");
    writeFileSync(join(folder, "index.html"), "<h1>here</h1>");
    writeFileSync(join(folder, "a b", "kernel.wasm"), "wasm");
  });

  afterAll(() => {
    for (const server of servers) server.close();
    rmSync(parent, { recursive: true });
  });

  async function serve(options: object): Promise<number> {
    const server = await serveFolder(folder, options);
    servers.push(server);
    return (server.address() as { port: number }).port;
  }

  /** The first line of the answer to a path that is sent as it is. */
  const statusOf = (port: number, path: string, method = "GET") =>
    new Promise<string>((resolve) => {
      const socket = connect(port, "127.0.0.1", () =>
        socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      );
      let text = "";
      socket.on("data", (data) => (text += data)).on("close", () => resolve(text.split("\r\n")[0]));
    });

  test("gives its files with their types, and folders by their index", async () => {
    const address = `http://127.0.0.1:${await serve({ base: "/course/" })}/course/`;
    const page = await fetch(address);
    expect(await page.text()).toBe("<h1>here</h1>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect((await fetch(`${address}a%20b/kernel.wasm?v=1`)).headers.get("content-type")).toBe(
      "application/wasm",
    );
    expect((await fetch(`${address}missing`)).status).toBe(404);
    expect((await fetch(`${address}../index.html`)).status).toBe(404);
  });

  test("sends the headers of isolation, unless told not to", async () => {
    const headerOf = async (options: object) =>
      (await fetch(`http://127.0.0.1:${await serve(options)}/`)).headers.get("cross-origin-embedder-policy");
    expect(await headerOf({})).toBe("require-corp");
    expect(await headerOf({ isolated: false })).toBeNull();
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/a b/..%2f..%2fsecret.txt",
    "/%00",
    "/%zz",
    "//../secret.txt",
  ])("gives nothing from outside of itself: %s", async (path) => {
    expect(await statusOf(await serve({}), path)).toMatch(/^HTTP\/1\.1 (400|404)/);
  });

  test("takes no other methods", async () => {
    expect(await statusOf(await serve({}), "/", "DELETE")).toContain("405");
  });

  test("has its sizes told part by part, each file once", () => {
    expect(sizesOf(folder)).toEqual([
      expect.objectContaining({ name: "pages", raw: 13 }),
      expect.objectContaining({ name: "others", raw: 4 }),
    ]);
  });
});

describe("npm run site", () => {
  const run = (...args: string[]) => {
    try {
      return execFileSync(process.execPath, [inRoot("commands", "main.mjs"), "site", ...args], {
        encoding: "utf8",
        stdio: "pipe",
      });
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };

  test("says what there is", () => {
    expect(run("--help")).toContain("npm run site -- --serve");
  });

  test.each([
    [["--port", "x", "--serve"], "--port must be a whole number up to 65535, got x"],
    [["--port", "8000"], "--port goes with --serve"],
    [["--sevre"], "unknown option --sevre"],
  ])("refuses %j before anything is built", (args, problem) => {
    expect(run(...args)).toContain(problem);
  });
});
