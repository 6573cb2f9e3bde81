/** The reader's files for a page's cells: chosen, or dropped on the page; and what cells keep for the reader. */
import type { FilesMessage } from "../../src/kernel/browser/messages";
import { button } from "./cell";
import { keyOf } from "./store";

type Files = FilesMessage["files"];

/** What is kept in the browser for all pages of a folder: which exercises are done. */
const kept = ".course.json";

export class PageFiles {
  /** All files that the page has, by name: for a kernel that starts later. */
  readonly all: Files = {};
  readonly button = button(
    "Add files",
    "Files for the cells to read, such as ratings or ml-latest-small.zip: chosen here, or dropped on the page",
  );

  constructor(
    /** Is told of files that the reader has just given. */
    private readonly onGiven: (files: Files) => void,
  ) {
    const text = read(key());
    if (text !== undefined) this.all[kept] = text;
    const input = Object.assign(document.createElement("input"), {
      type: "file",
      multiple: true,
      hidden: true,
    });
    input.onchange = () => {
      this.give([...(input.files ?? [])]);
      input.value = "";
    };
    this.button.onclick = () => input.click();
    document.body.append(input);
    addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    addEventListener("drop", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.give([...event.dataTransfer.files]);
    });
  }

  private give(files: readonly File[]): void {
    if (files.length === 0) return;
    const given = Object.fromEntries(files.map((file) => [file.name, file]));
    Object.assign(this.all, given);
    this.onGiven(given);
  }

  /** Takes what cells have written or removed. */
  take(files: Files): void {
    if (!(kept in files)) return;
    const data = files[kept];
    this.all[kept] = data;
    try {
      if (data === null) localStorage.removeItem(key());
      else localStorage.setItem(key(), new TextDecoder().decode(data as ArrayBuffer));
    } catch {
      // What can't be stored lasts as long as the page.
    }
  }
}

const key = () => keyOf(kept);

function read(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined; // no storage here
  }
}
