/** The page as a notebook's file, with what the reader has written and what it put out. */
import type { Output } from "./output";

/** A notebook of format 4.5, as the page holds it: without outputs. */
export interface NotebookFile {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export interface NotebookCell {
  id: string;
  cell_type: "code" | "markdown" | "raw";
  source: string;
  metadata: Record<string, unknown>;
  outputs?: Output[];
  execution_count?: number | null;
}

/** What a run of a cell adds to its file. */
export interface Ran {
  code: string;
  outputs: readonly Output[];
  count: number | null;
}

/** The notebook with the cells as they are now, by their ids. */
export function withRuns(notebook: NotebookFile, runs: ReadonlyMap<string, Ran>): NotebookFile {
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const { code, outputs, count } = runs.get(cell.id) ?? { code: cell.source, outputs: [], count: null };
    return { ...cell, source: code, outputs: outputs.map(withoutControls), execution_count: count };
  });
  return { ...notebook, cells };
}

/** Controls live in the kernel, which the file outlives: what stands for them stays. */
function withoutControls(output: Output): Output {
  if (!("data" in output)) return output;
  const { "application/vnd.jupyter.widget-view+json": _, ...data } = output.data;
  return { ...output, data };
}

/** Gives the reader a file to keep. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
