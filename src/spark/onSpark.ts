/** The way onto a Spark cluster. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkCount, checkOptions, checkText, optionNames, outOfRange } from "../base/check";
import { compiledFile } from "../platform/project";
import { Driver } from "./driver";
import { environmentFolder, findEnvironment } from "./environment";
import { checkMaster, checkRemote, isHere } from "./probe";
import { newScratch, removeScratch } from "./scratch";
import { SparkSession } from "./session";

export interface OnSparkOptions {
  /** Where Spark runs: local[2], spark://host:7077, yarn, k8s://…. @default "local[*]", this machine */
  master?: string;
  /** A server of Spark Connect in the place of a master: sc://host:15002. */
  remote?: string;
  /**
   * A folder that all of the cluster writes and reads, such as hdfs://…/tmp or s3a://…: ratings, blocks and rows between
   * two epochs lie there in a folder of the session's own, which is removed at its end.
   * @default one of this machine for a master on it, else /tmp of the file system that is the cluster's own
   */
  storage?: string;
  /** Memory of each of Spark's processes, such as "4g". @default Spark's own, 1g */
  memory?: string;
  /** The Python of the workers, with pyarrow. @default on this machine that of `npm run spark:setup`, else python3 */
  python?: string;
  /** How many tasks are to run at a time. @default as many as the cluster's cores */
  parallelism?: number;
  /** Further settings of Spark, by their names. */
  conf?: Readonly<Record<string, string>>;
  /** Aborting it ends the start. */
  signal?: AbortSignal;
}

const names = optionNames<OnSparkOptions>({
  master: true,
  remote: true,
  storage: true,
  memory: true,
  python: true,
  parallelism: true,
  conf: true,
  signal: true,
});

/**
 * A session on a Spark cluster, or on this machine's own cores by Spark: for more ratings than one machine holds. Its
 * functions have the names and options of this module's, on ratings and models that stay in the cluster; `factorize` has
 * the digits of one machine.
 *
 * `npm run spark:setup` installs what it needs, once; Java 17 or newer has to be there, unless `remote` is given. The
 * workers need Python of the same version with pyarrow. A session holds a process of its own until it is closed.
 *
 * @throws RangeError for options out of range; Error, in a sentence, where the environment, Java, or the cluster is missing,
 *   a worker cannot do the work, or `storage` is not shared.
 */
export async function onSpark(options: OnSparkOptions = {}): Promise<SparkSession> {
  checkOptions(options, names);
  const { remote, memory, storage, parallelism, conf = {}, signal } = options;
  if (remote !== undefined && options.master !== undefined)
    throw new RangeError(`master must not come with remote, got ${JSON.stringify(options.master)}`);
  if (parallelism !== undefined) checkCount("parallelism", parallelism);
  if (memory !== undefined && !/^\d+[kmgt]b?$/i.test(memory))
    throw outOfRange("memory", 'a number and a unit, such as "4g"', memory);
  if (storage !== undefined) checkText("storage", storage);
  if (options.python !== undefined) checkText("python", options.python);
  for (const [name, value] of Object.entries(conf)) checkText(`conf["${name}"]`, value);
  const { master = "local[*]" } = options;
  if (remote === undefined) await checkMaster(master);
  else await checkRemote(remote);
  const environment = await findEnvironment({ needsJava: remote === undefined });
  const here = remote === undefined && isHere(master);
  const python = options.python ?? (here ? environment.python : undefined);
  const scratch = newScratch();
  const remove = () => removeScratch(scratch);
  process.once("exit", remove);
  const driver = new Driver(environment, python ? { PYSPARK_PYTHON: python } : {});
  const session = {
    ...(remote === undefined ? { master } : { remote }),
    ...{ isHere: here, scratch, memory, parallelism, conf },
    storage,
    // Workers that run this environment's Python have all of it.
    ...(python !== environment.python && { packages: environment.packages }),
    kernels: compiledFile("wasm/kernels-single.wasm"),
  };
  const end = () => {
    process.off("exit", remove);
    remove();
  };
  try {
    const cluster = await driver.request<{ version: string; slots: number }>("start", session, { signal });
    return new SparkSession(driver, scratch, end, cluster);
  } catch (error) {
    await driver.close();
    end();
    if (driver.inLog.has(error as Error)) nameLog(error as Error, driver);
    throw error;
  }
}

/** Keeps the log of a start that failed, for there is no session to ask for it, and says where. */
function nameLog(error: Error, driver: Driver): void {
  const file = join(environmentFolder, "start.log");
  const lines = driver.log.lines(1000);
  writeFileSync(file, `${lines.join("\n")}\n`);
  // Of a Java that ends by itself Spark's Python knows no more than that.
  const last = lines.filter((line) => /^(Exception in thread|Error: )/.test(line)).at(-1);
  if (last && error.message === "Java did not start Spark")
    error.message += `: ${last.replace(/^Exception in thread "\w+" /, "").slice(0, 300)}`;
  error.message += ` (Spark's log is in ${file})`;
}
