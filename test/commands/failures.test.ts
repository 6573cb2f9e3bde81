// @module-tag slow
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TinyProject } from "./tinyProject";

const unpublished = { name: "tiny", version: "1.0.0", dependencies: { "left-pad": "1.3.0" } };
const lock = {
  ...unpublished,
  lockfileVersion: 3,
  packages: { "": unpublished, "node_modules/left-pad": { version: "1.3.0", integrity: "sha512-aGk=" } },
};

let project: TinyProject;
beforeEach(() => {
  project = new TinyProject({
    "package.json": JSON.stringify(unpublished),
    "package-lock.json": JSON.stringify(lock),
    "requirements.txt": "nothing==1.0\n",
  });
});
afterEach(() => project.remove());

describe.skipIf(process.platform === "win32")("a Python that cannot be used", () => {
  test("none on the PATH", async () => {
    const { status, lastLine } = await project.run("start", { PATH: project.onlyPath({}) });
    expect(status).toBe(1);
    expect(lastLine).toBe(
      'Python was not found: install Python 3.9 or newer, so that "python3 --version" works, and run this again.',
    );
  });

  test("only older ones", async () => {
    const says = (version: string) => `#!/bin/sh\necho '["/usr/bin/python", [${version}]]'\n`;
    const PATH = project.onlyPath({ python3: says("3, 8, 18"), python: says("2, 7, 18") });
    const { status, lastLine } = await project.run("test", { PATH });
    expect(status).toBe(1);
    expect(lastLine).toBe(
      "Python is too old (python3 is 3.8.18, python is 2.7.18): install Python 3.9 or newer and run this again.",
    );
  });

  test("a name that stands for an older one does not hide a newer one", async () => {
    const says = (version: string) => `#!/bin/sh\necho '["/opt/python", [${version}]]'\n`;
    const PATH = project.onlyPath({
      python3: says("3, 8, 18"),
      python: "#!/bin/sh\nexit 9\n",
      "python3.12": says("3, 12, 1"),
    });
    const { output } = await project.run("setup", { PATH });
    expect(output).toContain("[1/6] Python: 3.12.1 (/opt/python)");
  });

  test("one without the part that makes environments, as Debian has it", () => {
    const script = `#!/bin/sh
      if [ "$1" = -c ]; then echo '["python3", [3, 11, 2]]'; exit; fi
      echo 'The virtual environment was not created successfully because ensurepip is not available.'; exit 1`;
    const code = "await it.python.run(); await it.pythonPackages.run(note);";
    expect(
      project.evaluate("setup/python-packages.mjs", code, { PATH: project.onlyPath({ python3: script }) }),
    ).toEqual({
      problem:
        "python3 cannot make environments: install its venv module (on Debian and Ubuntu: apt install python3-venv) and run this again.",
    });
  });
});

describe("a registry that cannot be reached", () => {
  let silent: Server;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    silent.close();
  });
  const silentRegistry = () => `http://127.0.0.1:${(silent.address() as { port: number }).port}`;

  test("refuses: one sentence, and the details in the log", async () => {
    const { status, lastLine } = await project.run("setup", { npm_config_registry: "http://127.0.0.1:9" });
    expect(status).toBe(1);
    expect(lastLine).toBe(
      "npm could not install the packages: the npm registry does not answer. Check the network connection (or the proxy) and run this again. Details: .cache/setup.log",
    );
    expect(readFileSync(project.path(".cache", "setup.log"), "utf8")).toContain("ECONNREFUSED");
    expect(existsSync(project.path("node_modules", ".cofi.json"))).toBe(false);
  });

  test.skipIf(process.platform === "win32")(
    "Ctrl-C while waiting for it: stops npm too, frees the lock",
    async () => {
      const { child, result } = project.start("setup", { npm_config_registry: silentRegistry() });
      while (sockets.length === 0) await sleep(20);
      child.kill("SIGINT");
      child.kill("SIGINT"); // npm passes on what the terminal has delivered already
      const { status, lastLine } = await result;
      expect(lastLine).toBe("Stopped. Run it again to go on from here.");
      expect(status).toBe(130);
      await allClosed();
      expect(readdirSync(project.path(".cache"))).toEqual(["setup.log"]);
    },
  );

  test.skipIf(process.platform === "win32")("killed while waiting for it: npm ends as well", async () => {
    const { child, result } = project.start("setup", { npm_config_registry: silentRegistry() });
    while (sockets.length === 0) await sleep(20);
    child.kill("SIGKILL");
    await result;
    await allClosed();
    expect(existsSync(project.path(".cache", "setup.lock"))).toBe(true); // taken over by the next
  });

  /** Waits until nobody is connected to the silent registry any more. */
  async function allClosed() {
    for (const socket of sockets) socket.resume();
    for (let k = 0; k < 100 && sockets.some((socket) => !socket.destroyed); k++) await sleep(50);
    expect(sockets.every((socket) => socket.destroyed)).toBe(true);
  }
});
