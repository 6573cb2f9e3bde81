import { readdirSync, readFileSync } from "node:fs";
import { inRoot } from "../project/project.mjs";

export const notebooksFolder = inRoot("notebooks");

/** The notebooks of the sequence, or of another folder, in order: the name of each file, its title and its goal. */
export function sequence(folder = notebooksFolder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ipynb"))
    .sort()
    .map((file) => {
      const { cells } = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
      const first = [cells[0].source].flat().join("");
      const title = /^# (.*)$/m.exec(first)?.[1] ?? file;
      const goal = /^\*\*Goal\.\*\* (.*)$/m.exec(first)?.[1] ?? "";
      return { file, name: file.replace(/\.ipynb$/, ""), title, goal };
    });
}
