import { runCommand } from "../programs/command.mjs";
import { Problem } from "../project/problem.mjs";

const OLDEST = [3, 9];
const names = ["python3", "python", ...[14, 13, 12, 11, 10, 9].map((minor) => `python3.${minor}`)];
const candidates = [...names.map((name) => [name]), ...(process.platform === "win32" ? [["py", "-3"]] : [])];
const ask = "import sys, json; print(json.dumps([sys.executable, sys.version_info[:3]]))";

/** The first Python on the PATH that is new enough. */
export async function findPython(oldest = OLDEST) {
  const tooOld = [];
  for (const [name, ...args] of candidates) {
    const { status, output } = await runCommand(name, [...args, "-c", ask], { timeout: 30_000 });
    if (status !== 0) continue;
    const [file, version] = JSON.parse(output.match(/^\[".*\]\]$/m)[0]);
    if (version[0] > oldest[0] || (version[0] === oldest[0] && version[1] >= oldest[1]))
      return { file, version: version.join(".") };
    tooOld.push(`${name} is ${version.join(".")}`);
  }
  const least = oldest.join(".");
  throw new Problem(
    tooOld.length
      ? `Python is too old (${tooOld.join(", ")}): install Python ${least} or newer and run this again.`
      : `Python was not found: install Python ${least} or newer, so that "python3 --version" works, and run this again.`,
  );
}
