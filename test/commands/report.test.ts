import { describe, expect, test } from "vitest";
import { Report } from "../../commands/setup/report.mjs";

/** A stream that keeps what is written to it. */
function paper(terminal: object = {}) {
  let text = "";
  const write = (part: string) => {
    text += part;
  };
  const out = { ...terminal, write } as unknown as NodeJS.WriteStream;
  return { out, text: () => text };
}

describe("the report", () => {
  test("says nothing of steps that are up to date while all are", () => {
    const { out, text } = paper();
    const report = new Report(2, out);
    report.upToDate("one");
    report.upToDate("two");
    expect(text()).toBe("");
    expect(report.worked).toBe(false);
  });

  test("has a line a step as soon as one has something to do", () => {
    const { out, text } = paper();
    const report = new Report(3, out);
    report.upToDate("one");
    report.begin("two", "fetching").done("ready");
    report.upToDate("three");
    expect(text()).toBe(
      "[1/3] one: up to date\n[2/3] two: fetching\n[2/3] two: ready\n[3/3] three: up to date\n",
    );
  });

  test("overwrites the line in a terminal, never past its edge", () => {
    const { out, text } = paper({ isTTY: true, columns: 20 });
    const { note, done } = new Report(1, out).begin("one", "fetching");
    note("3 of 1000 packages");
    done("ready");
    expect(text()).toBe("[1/1] one: fetching\r\x1b[2K[1/1] one: 3 of 100\r\x1b[2K[1/1] one: ready\n");
  });

  test("does not fill a log with progress", () => {
    const { out, text } = paper();
    const { note } = new Report(1, out).begin("one", "fetching");
    for (let k = 0; k < 100; k++) note(`${k} of 100`);
    expect(text()).toBe("[1/1] one: fetching\n");
  });
});
