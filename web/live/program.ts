/** The program of a cell's controls, in a web worker, and the controls of the page as it knows them. */
import type { CompiledOutput, FromControl } from "../../src/kernel/browser/messages";
import { assets, loadScript } from "../kernel/beside";
import { namesIn, type State, type Widgets } from "./widgets";

export interface ProgramWork {
  /** The page's model that the program shows. */
  model: string;
  widgets: Widgets;
  /** The program has run up to its controls, and takes their moves. */
  onReady(): void;
  /** It shows something, or something else in its place. */
  onOutput(message: CompiledOutput): void;
  onFailure(why: string): void;
}

const viewType = "application/vnd.jupyter.widget-view+json";

export class Program {
  private worker: Worker | undefined;
  private hasEnded = false;
  /** What the controls have said before the program was ready. */
  private waiting: FromControl[] | undefined = [];
  /** The states of its models, as it opened them. */
  private readonly opened = new Map<string, State>();
  /** Its names of the page's models, and the page's names of its own. */
  private readonly own = new Map<string, string>();
  private readonly pages = new Map<string, string>();

  constructor(
    id: string,
    private readonly work: ProgramWork,
  ) {
    this.start(id).catch((error: Error) => this.fail(error.message));
  }

  private async start(id: string): Promise<void> {
    await loadScript(new URL(`controls/${id}.js`, assets).href);
    if (this.hasEnded) return;
    const { [id]: program } = (self as unknown as { cofiControls: Record<string, string> }).cofiControls;
    // Threads, where there may be some, lie with the kernel.
    const base = JSON.stringify(new URL("kernel/", assets).href);
    const script = `globalThis[Symbol.for("cofi.base")] = ${base};\n${program}`;
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    this.worker = new Worker(address);
    this.worker.onmessage = ({ data }: MessageEvent<CompiledOutput>) => this.take(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.fail(event.message);
    };
  }

  /** Tells it what a control of the page says. */
  send(said: FromControl): void {
    if (this.waiting) this.waiting.push(said);
    else
      this.worker?.postMessage({ ...said, comm_id: this.own.get(said.comm_id) ?? "" } satisfies FromControl);
  }

  end(): void {
    this.hasEnded = true;
    this.worker?.terminate();
  }

  private fail(why: string): void {
    if (this.hasEnded) return;
    this.end();
    this.work.onFailure(why);
  }

  private take(message: CompiledOutput): void {
    if (this.hasEnded) return;
    const { header, content } = message;
    const { comm_id: id, data = {} } = content as { comm_id: string; data?: State };
    if (header.msg_type === "comm_open") this.opened.set(id, data.state as State);
    else if (header.msg_type.startsWith("comm_"))
      this.work.widgets.take({ header, content: { ...content, comm_id: this.pages.get(id) } });
    else if (header.msg_type === "error") this.fail(`${content.ename}: ${content.evalue}`);
    else if (viewType in data) this.pair(this.work.model, (data[viewType] as { model_id: string }).model_id);
    else this.work.onOutput(message);
  }

  /** Finds its models in those of the page: the same, in the same order, under other names. */
  private pair(page: string, own: string): void {
    const visit = (page: string, own: string) => {
      this.own.set(page, own);
      this.pages.set(own, page);
      const children = namesIn(this.opened.get(own)?.children);
      for (const [k, child] of this.work.widgets.childrenOf(page).entries()) visit(child, children[k]);
    };
    visit(page, own);
    const said = this.waiting ?? [];
    this.waiting = undefined;
    for (const one of said) this.send(one);
    this.work.onReady();
  }
}
