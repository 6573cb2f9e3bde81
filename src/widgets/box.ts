/** Widgets below one another or side by side. */
import { layoutOf, stock, Widget } from "./control";
import { WidgetModel } from "./widgetModel";

/** Several widgets as one: below one another, or in lines side by side as far as there is room. */
export class Box extends Widget {
  readonly model: WidgetModel;

  constructor(private readonly children: readonly Widget[]) {
    super();
    const layout = layoutOf({ flex_flow: "row wrap", align_items: "center", grid_gap: "2px 16px" });
    this.model = new WidgetModel(stock("Box"), { children: children.map(({ model }) => model), layout });
  }

  override still(): { text: string; html: string } {
    const stills = this.children.map((child) => child.still());
    return {
      text: stills.map(({ text }) => text).join("\n"),
      html: `<p style="display: flex; flex-wrap: wrap; gap: 2px 24px">${stills.map(({ html }) => html).join("\n")}</p>`,
    };
  }

  /** Ends it and all that is in it. */
  override close(): void {
    super.close();
    for (const child of this.children) child.close();
  }
}
