/** What `npm run spark:setup` has made, and Java: what a driver needs to start. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectFolder } from "../platform/project";

/** What a driver is started with. */
export interface Environment {
  /** The Python that has PySpark. */
  python: string;
  /** What workers may lack, packed. */
  packages: string;
  /** The folder of Java; undefined where the one on the path does. */
  javaHome?: string;
}

/** The folder of the environment, and what is in it. */
export const environmentFolder = join(projectFolder, ".cache", "spark");
const onWindows = process.platform === "win32";
export const environmentPython = onWindows
  ? join(environmentFolder, "Scripts", "python.exe")
  : join(environmentFolder, "bin", "python");
const packages = join(environmentFolder, "cofi-packages.zip");

/** The oldest Java that Spark runs on. */
const oldestJava = 17;

/**
 * The environment, looked for anew each time.
 *
 * @param needsJava Whether Spark itself is to run here: over Spark Connect it runs elsewhere.
 * @throws Error saying what is missing and how it is had.
 */
export async function findEnvironment({ needsJava }: { needsJava: boolean }): Promise<Environment> {
  if (!existsSync(packages)) {
    throw new Error("PySpark is not installed: run npm run spark:setup in the project's folder, once");
  }
  const found = { python: environmentPython, packages };
  if (!needsJava) return found;
  const javaHome = process.env.JAVA_HOME || undefined;
  const java = javaHome ? join(javaHome, "bin", "java") : "java";
  const version = await javaVersion(java);
  const where = javaHome ? `in JAVA_HOME, ${javaHome}` : "on the path";
  if (version === undefined)
    throw new Error(
      `Java was not found ${where}: Spark needs Java ${oldestJava} or newer (on Debian and Ubuntu: apt install openjdk-17-jre-headless)`,
    );
  if (version < oldestJava)
    throw new Error(`Java must be ${oldestJava} or newer for Spark, got ${version} ${where}`);
  return { ...found, javaHome };
}

/** The major version that a Java says it has; undefined where it does not run. */
async function javaVersion(java: string): Promise<number | undefined> {
  try {
    const { stderr } = await promisify(execFile)(java, ["-version"]);
    const [, major, minor] = /version "(\d+)(?:\.(\d+))?/.exec(stderr) ?? [];
    return major === undefined ? undefined : Number(major === "1" ? minor : major);
  } catch {
    return undefined;
  }
}
