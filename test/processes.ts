import { execFileSync } from "node:child_process";

/** Processes of this machine whose command line has a text in it. */
export const running = (text: string): string[] =>
  execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(text) && !line.includes("ps -A"));
