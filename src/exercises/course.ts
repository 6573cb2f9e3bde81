/** Which exercises of the pages in a folder are done: kept in a small file beside the pages. */
import { checkOptions } from "../base/check";
import { filesInFolder, removeText, replaceText, textOf, workingFolder } from "../platform/ownFolder";
import { join } from "../platform/paths";
import { escaped } from "../show/figure";
import { type MimeBundle, Shown } from "../show/mime";
import { tableText } from "../show/tableForms";
import { visible, withoutFormulas } from "../show/text";

/** One page, and its exercises in their order. */
export interface CoursePage {
  /** The name of its file. */
  file: string;
  title: string;
  /** The names of those that were answered right. */
  done: readonly string[];
  /** The names of the others. */
  open: readonly string[];
}

/** The pages and their exercises, shown as a table with links. */
export class Course extends Shown {
  constructor(readonly pages: readonly CoursePage[]) {
    super();
  }

  /** How many exercises are done. */
  get done(): number {
    return this.pages.reduce((sum, page) => sum + page.done.length, 0);
  }

  /** How many are not. */
  get open(): number {
    return this.pages.reduce((sum, page) => sum + page.open.length, 0);
  }

  override forms(): MimeBundle {
    const caption = `${this.done} of ${this.done + this.open} exercises done`;
    const rows = this.pages.map(({ file, title, done, open }) => ({
      page: visible(title),
      file,
      done: `${done.length} of ${done.length + open.length}`,
      open: open.map((name) => visible(shortName(name))).join(", "),
    }));
    const cells = rows.map(
      ({ page, file, done, open }) =>
        `<tr><td style="text-align: left"><a href="${escaped(encodeURI(file))}">${escaped(page)}</a></td>` +
        `<td style="text-align: left">${done}</td><td style="text-align: left">${escaped(open) || "✓"}</td></tr>`,
    );
    const head = ["page", "done", "still open"]
      .map((name) => `<th style="text-align: left">${name}</th>`)
      .join("");
    const table = `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${cells.join("\n")}\n</tbody>\n</table>`;
    const text = tableText(rows.map(({ page, done, open }) => ({ page, done, "still open": open || "✓" })));
    return {
      "text/html": withoutFormulas(`<p>${caption}</p>\n${table}`),
      "text/plain": `${caption}\n${text}`,
    };
  }
}

/**
 * The exercises of the pages in the notebook's folder: which were answered right, and which are still open. A right
 * answer counts from then on, also when the cell is changed again; what is counted stands in `.course.json`, beside the
 * pages, which is written only when an answer is right.
 *
 * @param options.reset Begin anew: forgets what was answered. @default false
 * @param options.folder Where the pages are. @default the working folder, which is the notebook's
 */
export function course(options: { reset?: boolean; folder?: string } = {}): Course {
  checkOptions(options, ["reset", "folder"]);
  const { reset = false, folder = workingFolder() } = options;
  if (reset) removeText(recordIn(folder));
  const answered = new Set(answeredIn(folder));
  return new Course(
    pagesIn(folder).map(({ file, title, exercises }) => ({
      file,
      title,
      done: exercises.filter((name) => answered.has(name)),
      open: exercises.filter((name) => !answered.has(name)),
    })),
  );
}

/**
 * Counts an exercise as done where its page is: in a folder that holds a page of the exercise's number. Anywhere else,
 * and where the file can't be written, nothing is counted: an answer is checked all the same.
 */
export function countAsDone(exercise: string, folder = workingFolder()): void {
  try {
    const number = /^\d\d(?= )/.exec(exercise)?.[0];
    if (number === undefined || !pageFiles(folder).some((file) => file.startsWith(`${number}-`))) return;
    const answered = answeredIn(folder);
    if (answered.includes(exercise)) return;
    const record = { done: [...answered, exercise].sort() };
    replaceText(recordIn(folder), `${JSON.stringify(record, null, 2)}\n`);
  } catch {
    // The folder is not ours to write in.
  }
}

const recordIn = (folder: string): string => join(folder, ".course.json");

/** The exercises that were answered right; a file that holds no such list counts as none. */
function answeredIn(folder: string): string[] {
  const text = textOf(recordIn(folder));
  if (text === undefined) return [];
  try {
    const { done } = JSON.parse(text) as { done: unknown };
    return Array.isArray(done) ? done.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

const pageFiles = (folder: string): string[] =>
  filesInFolder(folder)
    .filter((file) => file.endsWith(".ipynb"))
    .sort();

/** The pages that ask something: the title of each, and the names in its calls of `check`. */
function pagesIn(folder: string): { file: string; title: string; exercises: string[] }[] {
  return pageFiles(folder)
    .map((file) => ({ file, cells: cellsOf(join(folder, file)) }))
    .map(({ file, cells }) => {
      const sources = cells.map(({ source }) => [source].flat().join(""));
      const title = /^# (.*)$/m.exec(sources[0] ?? "")?.[1].split(":")[0];
      const code = sources.filter((_, k) => cells[k].cell_type === "code").join("\n");
      const exercises = [...code.matchAll(/^\s*check\("([^"]+)"/gm)].map(([, name]) => name);
      const number = /^\d\d(?=-)/.exec(file)?.[0];
      return {
        file,
        title: [number, title ?? file].filter(Boolean).join(" "),
        exercises: [...new Set(exercises)],
      };
    })
    .filter(({ exercises }) => exercises.length > 0);
}

interface Cell {
  cell_type?: string;
  source?: string | string[];
}

function cellsOf(file: string): Cell[] {
  try {
    const { cells } = JSON.parse(textOf(file) ?? "") as { cells?: Cell[] };
    return Array.isArray(cells) ? cells : [];
  } catch {
    return []; // a page that is being written, or none at all
  }
}

/** "02 car chases" without the number of its page. */
const shortName = (name: string): string => name.replace(/^\d\d /, "");
