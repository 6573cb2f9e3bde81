/**
 * The folder of notebooks, in a browser: the course's pages by their titles and exercises, which the bundle holds, and
 * what is kept for the reader. A kernel keeps that as a file of the notebook, a page without one in the browser's storage.
 */
import pages from "embedded:pages";
import type * as nodes from "../ownFolder";
import { resolve } from "./paths";

/** The texts that are kept, by whole names. */
interface Kept {
  text(name: string): string | undefined;
  set(name: string, text: string): void;
  delete(name: string): void;
}

const key = Symbol.for("cofi.files");

const storage: Kept = {
  text: (name) => localStorage.getItem(`cofi:${name}`) ?? undefined,
  set: (name, text) => localStorage.setItem(`cofi:${name}`, text),
  delete: (name) => localStorage.removeItem(`cofi:${name}`),
};

/** A kernel's files, which can be read at once; those of a page by itself can't. */
const kept = (): Kept => {
  const files = (globalThis as { [key]?: Partial<Kept> })[key];
  return files?.text ? (files as Kept) : storage;
};

const own: Readonly<Record<string, string>> = JSON.parse(pages);

export const workingFolder: typeof nodes.workingFolder = () => "/";

export const filesInFolder: typeof nodes.filesInFolder = (folder) => {
  if (resolve(folder) === "/") return Object.keys(own);
  throw new Error(`a browser has one folder of pages, "/", got ${JSON.stringify(folder)}`);
};

export const textOf: typeof nodes.textOf = (path) =>
  own[resolve(path).slice(1)] ?? kept().text(resolve(path));

export const replaceText: typeof nodes.replaceText = (path, text) => kept().set(resolve(path), text);

export const removeText: typeof nodes.removeText = (path) => kept().delete(resolve(path));
