import { once } from "node:events";
import { spawnGuarded } from "./programs/guarded.mjs";
import { endTree } from "./programs/process-tree.mjs";
import { tsc } from "./setup/compile.mjs";

/** Compiles src again at each change, and tells what came of it. */
export function watchSources() {
  const options = ["--watch", "--preserveWatchOutput", "--pretty", "false"];
  const child = spawnGuarded(process.execPath, [tsc, "-p", ".", ...options], { stderr: "inherit" });
  const end = () => endTree(child);
  process.on("exit", end);
  const ended = once(child, "close").then(() => process.off("exit", end));
  let rounds = 0;
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) {
      const round = /Found (\d+) errors?\. Watching/.exec(line);
      if (round) {
        // The first round only says that what set-up compiled is fine.
        if (rounds++ > 0 || round[1] !== "0")
          console.log(round[1] === "0" ? "src: compiled" : "src: does not compile");
      } else if (line && !/(Starting compilation|File change detected)/.test(line)) console.log(line);
    }
  });
  return {
    async stop() {
      end();
      await ended;
    },
  };
}
