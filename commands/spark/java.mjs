import { join } from "node:path";
import { runCommand } from "../programs/command.mjs";

const oldest = 17;

/** The Java that Spark would run on: its version, or the sentence for what is wrong with it. */
export async function findJava() {
  const home = process.env.JAVA_HOME;
  const { status, output } = await runCommand(home ? join(home, "bin", "java") : "java", ["-version"]);
  const [, major] = /version "(\d+)/.exec(output) ?? [];
  if (status === 0 && Number(major) >= oldest) return { version: Number(major) };
  const had = status === 0 && major ? `version ${major} is too old` : "none was found";
  const where = home ? ` in JAVA_HOME, ${home}` : "";
  return {
    problem: `Spark needs Java ${oldest} or newer to run here, and ${had}${where} (on Debian and Ubuntu: apt install openjdk-17-jre-headless).`,
  };
}
