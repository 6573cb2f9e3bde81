import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledFile, projectFolder } from "../../../platform/project";
import { asWritten } from "../emit/emit";
import { placesOf } from "../run/places";
import { sourceAt } from "../run/sourceAt";
import { isKernels, isNodes } from "./ownFrames";

/** A cell as it was run, to tell where in it something happened. */
export interface CellSource {
  label: string;
  code: string;
  /** The source map of its compiled code. */
  map: string;
}

/** One call of a stack, in terms of the source that was written. Lines and columns count from 1. */
export interface Frame {
  name: string | undefined;
  file: string;
  line: number;
  column: number;
  cell?: CellSource | undefined;
}

const cells = new Map<string, CellSource>();

/** From now on places in the given file, which is what a run of a cell is called, are told as places in the cell. */
export function rememberCell(file: string, source: CellSource): void {
  cells.set(file, source);
}

/** All runs of cells so far, with what their files are called. */
export function* rememberedCells(): Generator<CellSource & { file: string }> {
  for (const [file, source] of cells) yield { file, ...source };
}

const modules = new Map<string, string>();

/** From now on places in a compiled module from beside the notebook are told as places in its source. */
export function rememberModule(file: string, map: string): void {
  modules.set(file, map);
}

/** The calls of a stack, without those of the kernel and of Node itself. */
export function framesOf(stack: string): Frame[] {
  return stack.split("\n").flatMap((text) => {
    const frame = readFrame(text);
    return frame && !isInternal(frame) ? [mapped(frame)] : [];
  });
}

/** Text in which the stacks that it holds, at any depth of a value, are told in terms of cells and lines. */
export function readableStacks(given: string): string {
  const text = asWritten(given);
  if (!/\n {4,}at /.test(text)) return text;
  const told: string[] = [];
  for (const line of text.split("\n")) {
    // What stands behind the last call of a stack inside a value: `at f (cell:1:2:3) {`, `… ],`.
    const [, indent, call, behind] = /^( {4,})(at .+?:\d+:\d+\)?)([\]}, {[]*)$/.exec(line) ?? [];
    const frame = call === undefined ? undefined : readFrame(`${indent}${call}`);
    if (frame === undefined) told.push(line);
    else if (!isInternal(frame)) told.push(`${indent}at ${frameText(mapped(frame))}${behind}`);
    else if (behind !== "" && told.length > 0) told[told.length - 1] += behind;
  }
  return told.join("\n");
}

/** A call in words: `f (In [3], line 2:5)`. */
export function frameText({ name, line, column, cell, file }: Frame): string {
  const place = cell ? `${cell.label}, line ${line}:${column}` : `${sourceOf(file)}:${line}:${column}`;
  return name ? `${name} (${place})` : place;
}

function readFrame(text: string): Frame | undefined {
  const found = /^\s+at (?:(.*?) \()?(.+?):(-?\d+):(\d+)\)?$/.exec(text);
  if (!found) return undefined;
  const [, name, file, line, column] = found;
  return {
    name: name === undefined || /^(?:async|(?:async )?eval)$/.test(name) ? undefined : name,
    file: file.replace(/^async /, ""),
    line: Number(line),
    column: Number(column),
  };
}

function isInternal({ file, line }: Frame): boolean {
  // A cell's code begins with its second line, which counts as its first.
  if (line < 1 && cells.has(file)) return true;
  return isNodes(file) || isKernels(file);
}

function mapped(frame: Frame): Frame {
  const cell = cells.get(frame.file);
  const map = cell?.map ?? modules.get(frame.file);
  if (map === undefined) return mappedFile(frame);
  const name = frame.name?.replace(/^(?:async )?(?:Proxy\.)?/, "").replace(/.*<anonymous>.*/, "");
  const source = lookUp(map, { line: frame.line - 1, column: frame.column - 1 });
  if (source === undefined) return { ...frame, name, cell };
  return { name, file: frame.file, cell, line: source.line + 1, column: source.column + 1 };
}

/** A place in a compiled file of the project, as the place in its source. */
function mappedFile(frame: Frame): Frame {
  if (!frame.file.startsWith(compiledFile(""))) return frame;
  try {
    const map = readFileSync(`${frame.file}.map`, "utf8");
    const source = lookUp(map, { line: frame.line - 1, column: frame.column - 1 });
    if (source === undefined) return frame;
    const file = join(dirname(frame.file), JSON.parse(map).sources[0]);
    return { ...frame, file, line: source.line + 1, column: source.column + 1 };
  } catch {
    return frame; // compiled without a map
  }
}

function lookUp(map: string, place: { line: number; column: number }) {
  const found = sourceAt(placesOf(map), place.line, place.column);
  return found && { line: found[0], column: found[1] };
}

/** A file as the reader knows it: from the project's folder where it is in it. */
function sourceOf(file: string): string {
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  const inProject = relative(projectFolder, path);
  return inProject.startsWith("..") ? path : inProject;
}
