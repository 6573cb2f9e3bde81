import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runCommand } from "../programs/command.mjs";
import { spawnGuarded } from "../programs/guarded.mjs";
import { endTree } from "../programs/process-tree.mjs";
import { Problem } from "../project/problem.mjs";
import { sparkPython } from "./setup.mjs";

const loopback = "127.0.0.1";

/**
 * A standalone cluster on this machine's loopback: a master and some workers, each a process of its own.
 *
 * @param options.workers How many. @default 2
 * @param options.cores Of each. @default 1
 * @param options.memory Of each. @default "1500m"
 * @param options.host Where it listens. @default 127.0.0.1
 * @param options.hidden A folder that the workers do not see, as on machines of their own. @default none
 * @returns `url`; `folder`, which all write to; `killWorker(k)`, with its executor, at once; `stop()`, which ends all and
 *   leaves nothing behind.
 */
export async function startCluster({
  workers = 2,
  cores = 1,
  memory = "1500m",
  host = loopback,
  hidden = "",
} = {}) {
  const { output } = await runCommand(sparkPython, ["-c", "import pyspark; print(pyspark.__file__)"]);
  const home = dirname(output.trim().split("\n").at(-1));
  const folder = mkdtempSync(join(tmpdir(), "cofi-cluster-"));
  const port = await freePort(host);
  const env = {
    ...javaEnvironment(folder),
    ...{
      SPARK_HOME: home,
      SPARK_LOCAL_IP: host,
      SPARK_DAEMON_MEMORY: "256m",
      PYSPARK_PYTHON: sparkPython,
    },
  };
  const start = (kind, args, before = []) => {
    const command = [...before, join(home, "bin", "spark-class"), `org.apache.spark.deploy.${kind}`, ...args];
    const options = { env: { ...env, SPARK_LOCAL_DIRS: folder }, stdout: "ignore", stderr: "ignore" };
    return spawnGuarded(command[0], command.slice(1), options);
  };
  // In a namespace of its own with an empty folder in that place.
  const hide = 'mount -t tmpfs none "$0" && exec "$@"';
  const apart = hidden ? ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", hide, hidden] : [];
  const url = `spark://${host}:${port}`;
  const ui = ["--webui-port", "0"];
  const master = start("master.Master", ["--host", host, "--port", String(port), ...ui]);
  const processes = [master];
  const stop = async () => {
    const ended = processes.map((one) =>
      one.exitCode === null && one.signalCode === null
        ? new Promise((resolve) => one.once("close", resolve))
        : undefined,
    );
    processes.forEach(endTree);
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await answers(host, port);
    for (let k = 0; k < workers; k++) {
      const work = join(folder, `worker-${k}`);
      mkdirSync(work);
      const size = ["-c", String(cores), "-m", memory, "-d", work];
      processes.push(start("worker.Worker", ["--host", host, ...ui, ...size, url], apart));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, folder, killWorker: (k) => endTree(processes[k + 1]), stop };
}

/** A server of Spark Connect on loopback, on two cores. */
export async function startConnect({ master = "local[2]", memory = "1500m" } = {}) {
  const { output } = await runCommand(sparkPython, ["-c", "import pyspark; print(pyspark.__file__)"]);
  const home = dirname(output.trim().split("\n").at(-1));
  const folder = mkdtempSync(join(tmpdir(), "cofi-connect-"));
  const port = await freePort(loopback);
  const conf = {
    "spark.connect.grpc.binding.port": port,
    "spark.connect.grpc.binding.address": loopback,
    "spark.ui.enabled": false,
    "spark.local.dir": folder,
    "spark.sql.warehouse.dir": join(folder, "warehouse"),
    "spark.sql.artifact.isolation.enabled": true,
    "spark.driver.memory": memory,
    "spark.driver.host": loopback,
    "spark.driver.bindAddress": loopback,
  };
  const server = spawnGuarded(
    join(home, "bin", "spark-submit"),
    [
      ...["--master", master, "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"],
      ...Object.entries(conf).flatMap(([name, value]) => ["--conf", `${name}=${value}`]),
      "spark-internal",
    ],
    {
      cwd: folder,
      env: {
        ...javaEnvironment(folder),
        SPARK_HOME: home,
        SPARK_LOCAL_IP: loopback,
        PYSPARK_PYTHON: sparkPython,
      },
      stdout: "ignore",
      stderr: "ignore",
    },
  );
  const stop = async () => {
    const ended = new Promise((resolve) => server.once("close", resolve));
    endTree(server);
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await answers(loopback, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `sc://${loopback}:${port}`, stop };
}

/** What Java writes for a while goes into a folder that is removed: a process that is killed leaves it. */
function javaEnvironment(folder) {
  const options = [process.env.JAVA_TOOL_OPTIONS, `-Djava.io.tmpdir=${folder}`];
  return { ...process.env, JAVA_TOOL_OPTIONS: options.filter(Boolean).join(" ") };
}

/** A port that nothing listens at. */
export function freePort(host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Waits until something answers at a port.
 *
 * @param {string} [otherwise] What to say where nothing does.
 */
export async function answers(
  host,
  port,
  otherwise = "Spark did not start within two minutes: see whether Java runs.",
) {
  for (let tries = 0; tries < 600; tries++) {
    const found = await new Promise((resolve) => {
      const socket = connect({ host, port });
      socket.once("connect", () => resolve(true) || socket.destroy());
      socket.once("error", () => resolve(false));
    });
    if (found) return;
    await sleep(200);
  }
  throw new Problem(otherwise);
}
