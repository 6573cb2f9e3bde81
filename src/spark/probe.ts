/** Whether anything answers where a cluster is said to be: Spark itself takes a minute to say that nothing does. */
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { outOfRange } from "../base/check";

/** How long to wait for an answer, in milliseconds. */
const patience = 5000;

/** Whether a master is this machine, or on it. */
export const isHere = (master: string): boolean =>
  master.startsWith("local") || /^spark:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(master);

/**
 * A master's URL is one that Spark knows, and answers where that can be asked.
 *
 * @throws RangeError for a URL of another form; Error where nothing answers.
 */
export async function checkMaster(master: string): Promise<void> {
  if (/^local(\[(\*|\d+)(,\s*\d+)?\])?$/.test(master)) return;
  if (master.startsWith("k8s://")) return;
  if (master === "yarn") return checkHadoopFolder();
  const [, list] = /^spark:\/\/([^/]+)$/.exec(master) ?? [];
  if (list === undefined) throw outOfRange("master", "local[…], spark://host:port, yarn or k8s://…", master);
  const addresses = list.split(",").map((one) => addressOf(one, 7077));
  const faults = await Promise.all(addresses.map(faultOf));
  if (faults.every((fault) => fault !== undefined))
    throw new Error(
      `master must be a Spark master that answers, got ${JSON.stringify(master)}: ${faults[0]}`,
    );
}

/** Spark is told by a file where YARN is: without it, it would ask this machine for a quarter of an hour. */
function checkHadoopFolder(): void {
  const { HADOOP_CONF_DIR, YARN_CONF_DIR } = process.env;
  const folders = [HADOOP_CONF_DIR, YARN_CONF_DIR].filter((folder) => folder !== undefined);
  if (folders.some((folder) => existsSync(join(folder, "yarn-site.xml")))) return;
  throw new Error(
    `HADOOP_CONF_DIR must be a folder with the cluster's yarn-site.xml where master is yarn, got ${folders.join(", ") || "none"}`,
  );
}

/** The same of a server of Spark Connect. */
export async function checkRemote(remote: string): Promise<void> {
  const [, host] = /^sc:\/\/([^/;]+)(\/.*)?$/.exec(remote) ?? [];
  if (host === undefined) throw outOfRange("remote", "sc://host:port", remote);
  const fault = await faultOf(addressOf(host, 15002));
  if (fault !== undefined)
    throw new Error(
      `remote must be a Spark Connect server that answers, got ${JSON.stringify(remote)}: ${fault}`,
    );
}

function addressOf(text: string, usualPort: number): { host: string; port: number } {
  const [, host, port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(text)!;
  return { host, port: port === undefined ? usualPort : Number(port) };
}

/** Why nothing answers; undefined where something does. */
function faultOf({ host, port }: { host: string; port: number }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patience });
    const end = (fault?: string) => {
      socket.destroy();
      resolve(fault);
    };
    socket.on("connect", () => end());
    socket.on("timeout", () => end(`no answer within ${patience / 1000} s`));
    socket.on("error", ({ message }) => end(message));
  });
}
