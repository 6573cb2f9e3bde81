/** A place on the page whose content the code replaces as a whole. */
import { inDrawing } from "../base/drawing";
import { escaped } from "../show/figure";
import type { MimeBundle } from "../show/mime";
import { show } from "../show/show";
import { layoutOf, Widget } from "./control";
import { Drawn } from "./drawn";
import { WidgetModel } from "./widgetModel";

const face = { module: "@jupyter-widgets/output", version: "1.0.0" };

/** A place for output: of what code shows and prints for it. */
export class Output extends Widget {
  readonly model = new WidgetModel(
    { ...face, model: "OutputModel", view: "OutputView" },
    { msg_id: "", outputs: [], layout: layoutOf() },
  );
  private contents: MimeBundle[] = [];

  /**
   * Runs a function and puts what it shows and prints here, in the place of what was here before; also the value that
   * it gives, if any. What it throws is thrown, and the place stays as it was.
   */
  async run(draw: () => unknown): Promise<void> {
    const drawn = new Drawn(new AbortController().signal);
    await inDrawing(drawn, async () => {
      const value = await draw();
      if (value !== undefined) show(value);
    });
    this.put(drawn.bundles());
  }

  /** Puts a value here: a figure, a table, a text. */
  show(value: unknown): Promise<void> {
    return this.run(() => value);
  }

  /** Empties the place. */
  clear(): void {
    this.put([]);
  }

  override still(): { text: string; html: string } {
    const text = this.contents.map((data) => String(data["text/plain"] ?? "")).join("\n");
    const html = this.contents.map(
      (data) => data["text/html"] ?? `<pre>${escaped(data["text/plain"])}</pre>`,
    );
    return { text, html: html.join("\n") };
  }

  private put(contents: MimeBundle[]): void {
    this.contents = contents;
    const outputs = contents.map((data) => ({ output_type: "display_data", data, metadata: {} }));
    this.model.set({ outputs });
  }
}

/** A place for output, to be filled by `run` or `show`. */
export const output = (): Output => new Output();
