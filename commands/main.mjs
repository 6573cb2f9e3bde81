// The entry of `npm start`, `npm test`, `npm run setup` and `npm run clean`. All else is imported late, because it
// is written in a syntax that a Node.js too old for Cofi does not read.
import { nodeProblem } from "./project/node-version.mjs";

const problem = nodeProblem(process.version);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  import("./run.mjs").then((commands) => commands.run(process.argv[2], process.argv.slice(3)));
}
