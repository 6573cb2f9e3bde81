import { readFileSync } from "node:fs";
import { join } from "node:path";
import { notebooksFolder, sequence } from "./sequence.mjs";

/** The solutions to the notebooks' exercises as a page: what notebooks/solutions.md holds. */
export function solutions() {
  const exercises = JSON.parse(readFileSync(join(notebooksFolder, "exercises.json"), "utf8"));
  const sections = sequence().map(({ name, title }) => {
    const number = name.slice(0, 2);
    const own = Object.entries(exercises).filter(([exercise]) => exercise.startsWith(`${number} `));
    const lines = own.map(([, { answer, because }], k) => `${k + 1}. **${answer}** ${because}`);
    return `## ${number} ${title.split(":")[0]}\n\n${lines.join("\n")}\n`;
  });
  const head =
    "# Solutions\n\nTo the exercises of the notebooks. Try them first: the check in the notebook tells you what is wrong with an answer.\n";
  return [head, ...sections].join("\n");
}
