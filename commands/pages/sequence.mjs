import { readdirSync, readFileSync } from "node:fs";
import { inRoot } from "../project/project.mjs";

export const notebooksFolder = inRoot("notebooks");

/** The notebooks of the sequence, in its order: the name of each file, its title and its goal. */
export function sequence() {
  return readdirSync(notebooksFolder)
    .filter((file) => file.endsWith(".ipynb"))
    .sort()
    .map((file) => {
      const { cells } = JSON.parse(readFileSync(`${notebooksFolder}/${file}`, "utf8"));
      const first = [cells[0].source].flat().join("");
      const title = /^# (.*)$/m.exec(first)?.[1] ?? file;
      const goal = /^\*\*Goal\.\*\* (.*)$/m.exec(first)?.[1] ?? "";
      return { file, name: file.replace(/\.ipynb$/, ""), title, goal };
    });
}
