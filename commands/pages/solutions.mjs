import { readFileSync } from "node:fs";
import { join } from "node:path";
import { notebooksFolder, sequence } from "./sequence.mjs";

/** The functions that the folded solutions of a page hold, as items of a list. */
function functionsOf(file) {
  const { cells } = JSON.parse(readFileSync(join(notebooksFolder, file), "utf8"));
  return cells.flatMap(({ source }) => {
    const [, code] = folded.exec([source].flat().join("")) ?? [];
    return code === undefined ? [] : [`In code:\n\n   ${code.replaceAll("\n", "\n   ")}`];
  });
}

/** A folded solution that is code, with its fence. */
const folded = /<details><summary>Solution<\/summary>\n\n(```ts\n[\s\S]*?\n```)\n\n<\/details>/;

/** The solutions to the notebooks' exercises as a page: what notebooks/solutions.md holds. */
export function solutions() {
  const exercises = JSON.parse(readFileSync(join(notebooksFolder, "exercises.json"), "utf8"));
  const sections = sequence().map(({ file, name, title }) => {
    const number = name.slice(0, 2);
    const own = Object.entries(exercises).filter(([exercise]) => exercise.startsWith(`${number} `));
    const numbers = own.map(([, { answer, because }]) => `**${answer}** ${because}`);
    const lines = [...numbers, ...functionsOf(file)].map((text, k) => `${k + 1}. ${text}`);
    return `## ${number} ${title.split(":")[0]}\n\n${lines.join("\n")}\n`;
  });
  const head =
    "# Solutions\n\nTo the exercises of the notebooks. Try them first: the check in the notebook tells you what is wrong with an answer.\n";
  return [head, ...sections].join("\n");
}
