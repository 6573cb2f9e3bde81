import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";

/** One output as a notebook's file holds it. */
export interface StoredOutput {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
}

export interface Notebook {
  cells: { id: string; cell_type: string; source: string | string[]; outputs?: StoredOutput[] }[];
}

/** A live page as a reader has it. */
export class LivePage {
  /** What the page asked for, by its name. */
  readonly requests: string[] = [];
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("dialog", (dialog) => dialog.accept());
  }

  cell(k: number): Locator {
    return this.page.locator(".jp-CodeCell").nth(k);
  }

  button(name: string): Locator {
    return this.page.locator(".live-bar").getByRole("button", { name });
  }

  async status(): Promise<string> {
    return (await this.page.locator(".live-status").textContent()) ?? "";
  }

  /** Waits until nothing runs, and gives the line of state. */
  async idle(): Promise<string> {
    await this.page.waitForTimeout(50);
    await this.button("Stop").and(this.page.locator(":disabled")).waitFor();
    return this.status();
  }

  /** Puts code into a cell by its editor, as if typed at once. */
  async write(k: number, code: string): Promise<void> {
    const content = this.cell(k).locator(".cm-content");
    if ((await content.count()) === 0) await this.cell(k).locator(".highlight").click();
    await content.waitFor();
    await content.focus();
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.insertText(code);
  }

  /** Puts code into a cell, runs it, and gives its output as text. */
  async run(k: number, code: string): Promise<string> {
    await this.start(k, code);
    await this.idle();
    return this.output(k);
  }

  async start(k: number, code: string): Promise<void> {
    await this.write(k, code);
    await this.page.keyboard.press("Escape"); // whatever completions are there
    await this.page.keyboard.press("Shift+Enter");
  }

  async output(k: number): Promise<string> {
    const shown = this.cell(k).locator(".jp-Cell-outputWrapper:not([hidden]) .jp-OutputArea-output");
    return (await shown.allInnerTexts()).join("\n").trim();
  }

  /** The page as a notebook, as the reader gets it. */
  async download(): Promise<{ name: string; path: string; notebook: Notebook }> {
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.button("Download").click(),
    ]);
    const path = await download.path();
    return { name: download.suggestedFilename(), path, notebook: JSON.parse(readFileSync(path, "utf8")) };
  }
}
