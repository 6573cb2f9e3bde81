// Runs a program, and ends it with its whole process group as soon as the process that started this one is gone: even
// where that one was killed and could do nothing, nothing goes on behind the back of the next set-up.
import { spawn } from "node:child_process";
import { endTree } from "./process-tree.mjs";

const [file, ...args] = process.argv.slice(2);
const child = spawn(file, args, { stdio: ["ignore", "inherit", "inherit"], windowsHide: true });
child.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on("exit", (status) => process.exit(status ?? 1));
process.on("SIGTERM", () => child.kill("SIGTERM"));

// Whoever started this holds the other end of its standard input.
process.stdin.on("close", () => endTree(process)).resume();
