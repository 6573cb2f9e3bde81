// @module-tag slow
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { descendants } from "../../commands/programs/process-tree.mjs";
import { LabSession } from "./labSession";

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("npm start", () => {
  const lab = new LabSession();
  let usual: Server;

  beforeAll(async () => {
    // Whether it succeeds or somebody else has the usual port already: it is taken.
    usual = createServer().listen(8888, "127.0.0.1");
    usual.on("error", () => {});
    await lab.ready();
  });
  afterAll(() => {
    lab.child.kill("SIGTERM");
    usual.close();
  });

  test("prints the address of the first notebook, with a token, on a port that was free", () => {
    expect(lab.address.href).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/lab\/tree\/notebooks\/00-start-here\.ipynb\?token=[0-9a-f]{48}$/,
    );
    expect(lab.address.port).not.toBe("8888");
  });

  test("prints nothing but that, and how to stop it", () => {
    const after = lab.output.slice(lab.output.lastIndexOf("\n\nJupyterLab is ready"));
    expect(after.trim().split("\n")).toEqual([`JupyterLab is ready: ${lab.address}`, "Ctrl-C stops it."]);
  });

  test("serves that page and that notebook", async () => {
    const page = await fetch(lab.address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<title>JupyterLab</title>");
    const notebook = await lab.ask("/api/contents/notebooks/00-start-here.ipynb");
    expect(notebook.type).toBe("notebook");
  });

  test("lets nobody in without the token", async () => {
    expect((await fetch(new URL("/api/kernelspecs", lab.address.origin))).status).toBe(403);
  });

  test("offers the kernel of this project", async () => {
    const { kernelspecs } = await lab.ask("/api/kernelspecs");
    expect(kernelspecs.tslab.spec.display_name).toBe("TypeScript (Cofi)");
  });

  test("has no question about news", async () => {
    const id = "@jupyterlab/apputils-extension:notification";
    const { schema } = await lab.ask(`/lab/api/settings/${id}`);
    expect(schema.properties.fetchNews.default).toBe("false");
  });

  test.skipIf(process.platform === "win32")("Ctrl-C leaves no process, kernels included", async () => {
    const body = JSON.stringify({ name: "tslab" });
    for (let k = 0; k < 2; k++) await lab.ask("/api/kernels", { method: "POST", body });
    const running = descendants(lab.child.pid);
    expect(running.length).toBeGreaterThanOrEqual(6); // JupyterLab and the compiler, their guards, two kernels
    expect(await lab.stop()).toBe(0);
    await expect.poll(() => running.filter(isAlive)).toEqual([]);
    await expect(fetch(lab.address)).rejects.toThrow();
  });
});

describe("npm start with arguments for JupyterLab", () => {
  test("gives JupyterLab's exit status, and its words", async () => {
    const lab = new LabSession(["--port=none"]);
    expect(await lab.ended).not.toBe(0);
    expect(lab.output).toContain("port");
    const version = new LabSession(["--version"]);
    expect(await version.ended).toBe(0);
    expect(version.output).toMatch(/^\d+\.\d+\.\d+$/m);
  });
});
