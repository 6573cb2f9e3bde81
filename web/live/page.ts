/** An exported page that runs: its cells, the kernel behind them, and the bar that commands them. */
import type { JupyterMessage } from "../../src/kernel/browser/messages";
import { assets, loadScript } from "../kernel/beside";
import { type Content, type KernelConnection, KernelEnded } from "../kernel/connection";
import { startKernel } from "../kernel/start";
import { button, Cell } from "./cell";
import type { Completions, Editor, EditorWork } from "./editor";
import { PageFiles } from "./files";
import { download, type NotebookFile, type Ran, withRuns } from "./notebookFile";
import { type Displays, OutputArea, updateDisplays } from "./output";
import type { MimeBundle } from "./place";
import { Store } from "./store";
import { CellControls, type StoredControls } from "./storedControls";
import { Widgets } from "./widgets";

export class LivePage {
  private readonly cells: Cell[];
  private readonly store: Store;
  private readonly displays: Displays = new Map();
  private readonly widgets = new Widgets((type, content) => void this.line?.send("shell", type, content));
  private readonly files = new PageFiles((files) => {
    this.line?.give(files);
    this.say(`For the cells to read: ${Object.keys(files).join(", ")}.`);
  });
  private readonly status = document.createElement("span");
  private readonly trouble = document.createElement("span");
  private readonly stopButton = button("■ Stop", "Stop what runs; variables stay where they can");
  private kernel: Promise<KernelConnection> | undefined;
  private line: KernelConnection | undefined;
  /** The cells that are to run, the one that runs first. */
  private turns: Cell[] = [];
  private running: Promise<void> | undefined;

  constructor(
    private readonly name: string,
    private readonly notebook: NotebookFile,
    /** Whether the notebook can be opened in a JupyterLite that lies beside the page. */
    private readonly hasLab: boolean,
    controls: StoredControls,
  ) {
    this.store = new Store(name, (trouble = "") => {
      this.trouble.textContent = trouble;
    });
    const codes = notebook.cells.filter((cell) => cell.cell_type === "code");
    this.cells = codes.flatMap(({ id, source }, k) => {
      const element = document.getElementById(`cell-id=${id}`);
      return element ? [new Cell(id, element, source, k + 1, this)] : [];
    });
    for (const cell of this.cells) this.addControls(cell, controls);
    this.addBar();
    const kept = this.store.read();
    const count = this.cells.filter(({ id }) => id in kept).length;
    for (const cell of this.cells) if (cell.id in kept) cell.set(kept[cell.id]);
    const changes = count > 0 ? `Your changes of ${cellsOf(count)} are here, kept in this browser.` : idle;
    const ended = this.store.endedIn;
    this.say(
      ended
        ? `The tab ended while cell ${ended} ran, as it does where a cell fills the memory; the variables are lost. ${changes}`
        : changes,
    );
  }

  /** Lets the controls of a cell move its output before any kernel runs. */
  private addControls(cell: Cell, { cells, models }: StoredControls): void {
    const told = cells[cell.id];
    if (!told || !cell.stored) return;
    const parts = this.cells.filter(({ id }) => told.parts.includes(id));
    cell.controls = new CellControls(cell.id, cell.stored, told, models, {
      isAsStored: () => !parts.some((part) => part.isChanged),
      run: () => this.run(cell),
      say: (text) => this.say(text),
    });
  }

  private addBar(): void {
    const bar = document.createElement("div");
    bar.className = "live-bar";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Running this page");
    const all = button("▶ Run all", "Run every cell of the page, from the top");
    const reset = button("Reset all", "Back to the page as it was, with a new kernel");
    const save = button("Download", "The page as a notebook (.ipynb), with your changes and outputs");
    all.onclick = () => this.runAll();
    this.stopButton.onclick = () => this.stop();
    this.stopButton.disabled = true;
    reset.onclick = () => this.resetAll();
    save.onclick = () => download(`${this.name}.ipynb`, this.file());
    this.status.className = "live-status";
    this.status.setAttribute("role", "status");
    this.trouble.className = "live-trouble";
    this.trouble.setAttribute("role", "alert");
    bar.append(all, this.stopButton, reset, save, this.files.button);
    if (this.hasLab) bar.append(this.linkToLab());
    bar.append(this.status, this.trouble);
    document.querySelector("main")!.prepend(bar);
  }

  private linkToLab(): HTMLElement {
    const href = new URL(`lite/lab/index.html?path=${encodeURIComponent(`${this.name}.ipynb`)}`, assets).href;
    const title = "The notebook in JupyterLite, with changes of its own";
    return Object.assign(document.createElement("a"), { href, title, textContent: "JupyterLite" });
  }

  private say(text: string): void {
    this.status.textContent = text;
  }

  /** Runs a cell, after those before it whose code has not run as it is. */
  run(cell: Cell): void {
    const before = this.cells.slice(0, this.cells.indexOf(cell));
    this.queue([...before.filter(({ code, ranCode }) => code !== ranCode), cell]);
  }

  runAll(): void {
    this.queue(this.cells);
  }

  private queue(cells: readonly Cell[]): void {
    this.turns.push(...cells.filter((cell) => !this.turns.includes(cell)));
    this.running ??= this.runTurns().finally(() => {
      this.running = undefined;
    });
  }

  private async runTurns(): Promise<void> {
    this.stopButton.disabled = false;
    const began = performance.now();
    const count = this.turns.length;
    let done = 0;
    let problem: string | undefined;
    for (let cell = this.turns[0]; cell && problem === undefined; cell = this.turns[0]) {
      try {
        const kernel = await this.ready();
        if (!this.turns.includes(cell)) continue; // stopped while the kernel was loading
        this.say(
          `Running cell ${cell.number}${this.turns.length > 1 ? `, ${this.turns.length - 1} more to run` : ""}.`,
        );
        this.store.begin(cell.number);
        problem = await this.runCell(cell, kernel);
      } catch (error) {
        problem = error instanceof KernelEnded ? error.message : String((error as Error).message);
        cell.end("", null);
      }
      done++;
      this.turns = this.turns.filter((other) => other !== cell);
    }
    this.turns = [];
    this.store.end();
    this.stopButton.disabled = true;
    const time = seconds(performance.now() - began);
    this.say(
      problem ?? (done > 1 || count > 1 ? `${done} cells have run, in ${time}.` : `Ready: it took ${time}.`),
    );
  }

  /** Runs one cell; gives a sentence where it did not go well. */
  private async runCell(cell: Cell, kernel: KernelConnection): Promise<string | undefined> {
    const { code } = cell;
    const area = new OutputArea(this.displays, this.widgets, () => cell.showOutput());
    const began = performance.now();
    cell.begin(area);
    const content = { code, silent: false, store_history: true, allow_stdin: true, stop_on_error: true };
    const reply = await kernel.request("execute_request", content, {
      onOutput: (message) => area.take(message),
      onQuestion: ({ prompt }) => window.prompt(String(prompt ?? "")),
    });
    const failed = reply.status !== "ok";
    cell.ranCode = failed ? undefined : code;
    cell.end(failed ? "" : `done in ${seconds(performance.now() - began)}`, reply.execution_count as number);
    if (!failed) return undefined;
    if (reply.ename === "KeyboardInterrupt")
      return `Stopped in cell ${cell.number}; the variables are still there.`;
    if (reply.ename !== "ProcessEnded") return `Cell ${cell.number} ended with ${reply.ename}.`;
    for (const other of this.cells) other.ranCode = undefined;
    return `Cell ${cell.number} had to be ended, and the variables with it: Run runs the cells before again.`;
  }

  /** The kernel, which the first press of Run loads. */
  private ready(): Promise<KernelConnection> {
    return (this.kernel ??= this.load().catch((error) => {
      this.kernel = undefined;
      throw error;
    }));
  }

  private async load(): Promise<KernelConnection> {
    const began = performance.now();
    this.say("Loading the kernel, once: the TypeScript compiler and Cofi …");
    const code = this.cells.map((cell) => cell.code).join("\n");
    const line = await startKernel(code, {
      onOther: (message) => this.hear(message),
      onFiles: (files) => this.files.take(files),
    });
    line.give(this.files.all);
    this.line = line;
    await line.request("kernel_info_request", {});
    this.say(`The kernel is ready, after ${seconds(performance.now() - began)}.`);
    return line;
  }

  /** Takes what belongs to no cell that runs: what controls are told, and what is drawn anew as they move. */
  private hear(message: JupyterMessage): void {
    const { header, content } = message;
    if (header.msg_type.startsWith("comm_")) this.widgets.take(message);
    else if (header.msg_type === "update_display_data") {
      const { data, transient } = content as { data: MimeBundle; transient?: { display_id?: string } };
      updateDisplays(this.displays, transient?.display_id ?? "", data);
    } else if (header.msg_type === "error") this.say(`${content.ename}: ${content.evalue}`);
  }

  /** Stops what runs, and what waits for its turn. */
  stop(): void {
    this.turns.splice(this.line ? 1 : 0);
    this.say("Stopping …");
    this.line?.request("interrupt_request", {}, { channel: "control" }).catch(() => {});
  }

  /** Gives a cell its own code and output back. */
  async reset(cell: Cell): Promise<void> {
    await cell.set(cell.original);
    if (!this.turns.includes(cell)) cell.forget();
  }

  async resetAll(): Promise<void> {
    const changed = this.cells.filter((cell) => cell.isChanged).length;
    if (changed > 0 && !confirm(`Your changes of ${cellsOf(changed)} are lost for good. Reset the page?`))
      return;
    this.turns = [];
    this.line?.end(new KernelEnded("The page is as it was."));
    this.line = undefined;
    this.kernel = undefined;
    await this.running;
    this.displays.clear();
    this.widgets.clear();
    for (const cell of this.cells) {
      await cell.set(cell.original);
      cell.forget();
    }
    this.say("The page is as it was; the next run begins with a new kernel.");
  }

  /** Keeps what the reader has written. */
  changed(cell: Cell): void {
    this.store.write(cell.id, cell.isChanged ? cell.code : undefined);
  }

  /** The page as a notebook's file. */
  private file(): string {
    const runs = new Map<string, Ran>(
      this.cells.map(({ id, code, area, count }) => [id, { code, outputs: area?.outputs ?? [], count }]),
    );
    return `${JSON.stringify(withRuns(this.notebook, runs), null, 1)}\n`;
  }

  async openEditor(
    work: Pick<EditorWork, "place" | "code" | "label" | "onChange" | "onRun">,
  ): Promise<Editor> {
    try {
      await loadScript(new URL("editor.js", assets).href);
    } catch (error) {
      this.say(`The code can't be changed: ${(error as Error).message}.`);
      throw error;
    }
    const { openEditor } = (self as unknown as { cofiEditor: { openEditor(work: EditorWork): Editor } })
      .cofiEditor;
    return openEditor({
      ...work,
      complete: (code, at) => this.complete(code, at),
      inspect: (code, at) => this.inspect(code, at),
    });
  }

  // Jupyter counts characters; the browser counts halves of those beyond the first 65,536.
  private async complete(code: string, at: number): Promise<Completions | undefined> {
    const reply = await this.ask("complete_request", { code, cursor_pos: characters(code, at) });
    if (reply?.status !== "ok") return undefined;
    const { matches, cursor_start: start, cursor_end: end, metadata } = reply as Record<string, never>;
    const { _jupyter_types_experimental: types = [] } = metadata as {
      _jupyter_types_experimental?: { type: string }[];
    };
    return {
      from: place(code, start),
      to: place(code, end),
      options: (matches as string[]).map((text, k) => ({ text, type: types[k]?.type })),
    };
  }

  private async inspect(code: string, at: number): Promise<string | undefined> {
    const reply = await this.ask("inspect_request", {
      code,
      cursor_pos: characters(code, at),
      detail_level: 0,
    });
    const { found, data } = (reply ?? {}) as { found?: boolean; data?: Record<string, string> };
    return found ? data?.["text/plain"] : undefined;
  }

  /** Asks a kernel that is there and has time. */
  private async ask(type: string, content: Content): Promise<Content | undefined> {
    if (!this.line || this.running) return undefined;
    return this.line.request(type, content).catch(() => undefined);
  }
}

const idle = "Every cell can be changed and run; what you change is kept in this browser.";

const cellsOf = (count: number) => (count === 1 ? "one cell" : `${count} cells`);

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;

const characters = (code: string, at: number) => [...code.slice(0, at)].length;

const place = (code: string, count: number) => [...code].slice(0, count).join("").length;
