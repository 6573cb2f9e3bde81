// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, type Message, said } from "../kernel/kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(
    [
      'import { button, checkbox, colours, dropdown, figure, interact, output, show, slider, stars, text } from "cofi";',
      "const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));",
    ].join("\n"),
  );
});
afterAll(() => kernel.stop());

const view = "application/vnd.jupyter.widget-view+json";
const openings = (of: Message[]) => of.filter(({ header }) => header.msg_type === "comm_open");
const modelOf = (of: Message[], name: string) =>
  openings(of).find(({ content }) => content.data.state._model_name === name)!;

/** Sends what a front end sends, and waits until the kernel is idle again. */
async function tell(comm_id: string, data: Record<string, unknown>, buffers: Uint8Array[] = []) {
  const id = await kernel.send("comm_msg", { comm_id, data }, "shell", { buffers });
  await kernel.waitFor(() =>
    kernel.outputsOf(id, true).some(({ content }) => content.execution_state === "idle"),
  );
  return kernel.outputsOf(id);
}
const move = (comm_id: string, state: Record<string, unknown>) =>
  tell(comm_id, { method: "update", state, buffer_paths: [] });

describe("a control", () => {
  test.each([
    [
      "slider",
      'slider("λ", { max: 10, step: 0.1, value: 1.5 })',
      "FloatSliderModel",
      "λ: 1.5",
      { value: 2.5 },
      "2.5",
    ],
    [
      "slider of whole numbers",
      'slider("n", { max: 10, step: 1 })',
      "IntSliderModel",
      "n: 5",
      { value: 7 },
      "7",
    ],
    ["dropdown", 'dropdown("by", ["item", "user"])', "DropdownModel", "by: item", { index: 1 }, "'user'"],
    ["checkbox", 'checkbox("normalize")', "CheckboxModel", "normalize: no", { value: true }, "true"],
    ["text", 'text("film", { placeholder: "title" })', "TextModel", "film: ", { value: "a" }, "'a'"],
    ["stars", 'stars("Alien", { value: 3 })', "AnyModel", "Alien: ★★★☆☆", { value: 5 }, "5"],
    [
      "stars taken back",
      'stars("Alien", { value: 3 })',
      "AnyModel",
      "Alien: ★★★☆☆",
      { value: null },
      "undefined",
    ],
  ])(
    "%s: opens, has a still, follows the page, echoes, answers for its state",
    async (_, code, name, still, state, value) => {
      const { outputs } = await kernel.execute(`var control: any = ${code}; control`);
      const { content, metadata } = modelOf(outputs, name);
      expect(metadata).toEqual({ version: "2.1.0" });
      expect(content.target_name).toBe("jupyter.widget");
      const result = outputs.find(({ header }) => header.msg_type === "execute_result")!.content.data;
      expect(result[view]).toEqual({ version_major: 2, version_minor: 0, model_id: content.comm_id });
      expect(result["text/plain"]).toBe(still.trimEnd() === "film:" ? "film" : still);
      expect(result["text/html"]).toContain("<b>");
      const [echo] = await move(content.comm_id, state);
      expect(echo.content.data).toEqual({ method: "echo_update", state, buffer_paths: [] });
      expect(said((await kernel.execute("control.value")).outputs)).toEqual(
        value === "undefined" ? [] : [`result: ${value}`],
      );
      const [answer] = await tell(content.comm_id, { method: "request_state" });
      expect(answer.content.data.method).toBe("update");
      expect(answer.content.data.state).toMatchObject({ _model_name: name, ...state });
      const layout = openings(outputs).find(
        (one) => `IPY_MODEL_${one.content.comm_id}` === content.data.state.layout,
      );
      expect(layout?.content.data.state._model_name).toBe("LayoutModel");
    },
  );

  test("a button counts clicks", async () => {
    const { outputs } = await kernel.execute('const go = button("Train"); go');
    const { comm_id } = modelOf(outputs, "ButtonModel").content;
    for (let k = 0; k < 3; k++) await tell(comm_id, { method: "custom", content: { event: "click" } });
    await tell(comm_id, { method: "custom", content: { event: "other" } });
    expect(said((await kernel.execute("go.value")).outputs)).toEqual(["result: 3"]);
  });

  test("refuses what it can't have, says so, and the page goes back", async () => {
    const { outputs } = await kernel.execute('const narrow = slider("s", { max: 1 }); narrow');
    const { comm_id } = modelOf(outputs, "FloatSliderModel").content;
    for (const value of [7, -1, "x", null]) {
      const answers = await move(comm_id, { value });
      expect(said(answers)[0]).toMatch(/TypeError: s can't have the value/);
      expect(answers.map(({ content }) => content.data?.state?.value)).toContain(0.5);
    }
    expect(said((await kernel.execute("narrow.value")).outputs)).toEqual(["result: 0.5"]);
  });

  test("set by code moves on the page", async () => {
    const { outputs } = await kernel.execute(
      'const set = slider("s", { max: 10, step: 1 }); const heard: number[] = []; set.onChange((value) => heard.push(value)); set.value = 9; set.value = 9; heard',
    );
    expect(said(outputs)).toEqual(["result: [ 9 ]"]);
    const updates = outputs.filter(({ header }) => header.msg_type === "comm_msg");
    expect(updates.map(({ content }) => content.data)).toEqual([
      { method: "update", state: { value: 9 }, buffer_paths: [] },
    ]);
  });
});

test("a page that is opened again gets the states of all models at once", async () => {
  await kernel.execute('var again = slider("again", { max: 3, step: 1, value: 2 })');
  const comm_id = "control-1";
  await kernel.send("comm_open", { comm_id, target_name: "jupyter.widget.control", data: {} });
  const [answer] = await tell(comm_id, { method: "request_states" });
  expect(answer.content.data.method).toBe("update_states");
  const states = Object.values(answer.content.data.states) as { state: Record<string, unknown> }[];
  expect(states.some(({ state }) => state.description === "again" && state.value === 2)).toBe(true);
  const open = await kernel.request("comm_info_request", { target_name: "jupyter.widget" });
  expect(Object.keys(open.comms).sort()).toEqual(Object.keys(answer.content.data.states).sort());
});

test("an output holds what was shown and printed for it, as a whole", async () => {
  const { outputs } = await kernel.execute(
    'const place = output(); await place.run(() => { console.log("a"); console.log("b"); show([{ k: 1 }]); return 17; }); place',
  );
  const [update] = outputs.filter(({ header }) => header.msg_type === "comm_msg");
  expect(
    // biome-ignore lint/suspicious/noExplicitAny: outputs as the notebook format has them
    update.content.data.state.outputs.map(({ data }: any) => data["text/plain"].split("\n")[0]),
  ).toEqual(["a", expect.stringContaining("k"), "17"]);
  expect(said(outputs)[0]).toMatch(/^result: a\nb/);
});

describe("interact", () => {
  const updates = () => kernel.heard.filter(({ header }) => header.msg_type === "update_display_data");

  test("draws below its controls, and again in place; of a thousand moves the last", async () => {
    const { outputs } = await kernel.execute(
      `let drawn = 0; const seen: number[] = [];
       await interact({ x: slider("x", { max: 1000, step: 1, value: 0 }) }, async ({ x }) => { drawn++; await sleep(5); seen.push(x); return figure([{ x: [1], y: [x] }], { title: "x is " + x, x: { title: "x" }, y: { title: "y" } }); });`,
    );
    const shown = outputs.filter(({ header }) => header.msg_type === "display_data");
    expect(shown[0].content.data[view]).toBeDefined();
    expect(shown[1].content.data["text/plain"]).toContain("x is 0");
    const { comm_id } = modelOf(outputs, "IntSliderModel").content;
    const before = updates().length;
    const ids: string[] = [];
    for (let x = 1; x <= 1000; x++)
      ids.push(
        await kernel.send("comm_msg", {
          comm_id,
          data: { method: "update", state: { value: x }, buffer_paths: [] },
        }),
      );
    await kernel.waitFor(
      () => updates().at(-1)?.content.data["application/vnd.plotly.v1+json"] !== undefined,
    );
    const last = updates().at(-1)!;
    expect(last.content.data["text/plain"]).toContain("x is 1000");
    expect(last.content.transient).toEqual(shown[1].content.transient);
    const figures = updates()
      .slice(before)
      .map(({ content }) => Number(/x is (\d+)/.exec(content.data["text/plain"])![1]));
    expect(figures).toEqual(figures.toSorted((a, b) => a - b));
    expect(said((await kernel.execute("drawn < 500 && seen.at(-1)")).outputs)).toEqual(["result: 1000"]);
  });

  test.each([
    ["waits", "await new Promise(() => {})"],
    ["loops", "while (true) {}"],
    ["loops after waiting", "await sleep(1); while (true) {}"],
  ])("is interrupted where a drawing %s, and draws the next", async (_, code) => {
    const { outputs } = await kernel.execute(
      `await interact({ stick: checkbox("stick") }, async ({ stick }) => { if (stick) { ${code}; } return "free"; }); undefined`,
    );
    const { comm_id } = modelOf(outputs, "CheckboxModel").content;
    await move(comm_id, { value: true });
    await new Promise((resume) => setTimeout(resume, 300));
    await kernel.request("interrupt_request", {}, "control");
    await kernel.waitFor(() => /KeyboardInterrupt/.test(updates().at(-1)?.content.data["text/plain"]));
    await move(comm_id, { value: false });
    await kernel.waitFor(() => updates().at(-1)?.content.data["text/plain"] === "free");
  });

  test("shows what a drawing throws in its place, and throws what the first does", async () => {
    const { outputs } = await kernel.execute(
      'await interact({ bad: checkbox("bad") }, ({ bad }) => { if (bad) throw new RangeError("<b>no</b>"); return "good"; }); undefined',
    );
    const { comm_id } = modelOf(outputs, "CheckboxModel").content;
    await move(comm_id, { value: true });
    await kernel.waitFor(() => updates().at(-1)?.content.data["text/plain"] === "RangeError: <b>no</b>");
    expect(updates().at(-1)?.content.data["text/html"]).toContain("&#60;b&#62;no");
    await move(comm_id, { value: false });
    await kernel.waitFor(() => updates().at(-1)?.content.data["text/plain"] === "good");
    const { reply } = await kernel.execute(
      'await interact({ one: checkbox("one") }, () => { throw new RangeError("first"); });',
    );
    expect(reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "first" });
  });

  test("what is thrown takes as much room as the figure in its place, however often", async () => {
    const { outputs } = await kernel.execute(
      `await interact({ n: slider("n", { max: 3, step: 1, value: 0 }) }, ({ n }) => {
         if (n > 0) throw new RangeError("no " + n);
         return figure([{ x: [1], y: [2] }], { title: "one", x: { title: "x" }, y: { title: "y" }, height: 333 });
       }); undefined`,
    );
    const { comm_id } = modelOf(outputs, "IntSliderModel").content;
    for (const value of [1, 2]) {
      await move(comm_id, { value });
      await kernel.waitFor(() => updates().at(-1)?.content.data["text/plain"] === `RangeError: no ${value}`);
      expect(updates().at(-1)!.content.data["text/html"]).toContain("min-height: 333px");
    }
  });

  test("a drawing that puts out more than the first shows all of it, in the places that there are", async () => {
    const { outputs } = await kernel.execute(
      `await interact({ more: checkbox("more") }, ({ more }) => {
         if (more) { console.log("found: <b>1</b>"); show([{ film: "Alien" }]); }
         return figure([{ x: [1], y: [2] }], { title: more ? "both" : "one", x: { title: "x" }, y: { title: "y" } });
       }); undefined`,
    );
    const { comm_id } = modelOf(outputs, "CheckboxModel").content;
    await move(comm_id, { value: true });
    await kernel.waitFor(() => /both/.test(updates().at(-1)?.content.data["text/plain"]));
    const { "text/plain": text, "text/html": html } = updates().at(-1)!.content.data;
    expect(text).toMatch(/^found: <b>1<\/b>\nfilm\n─+\nAlien\nFigure: both/);
    expect(html).toMatch(/found: &#60;b&#62;1.*<td[^>]*>Alien.*<svg /s);
    expect(html).not.toContain("␊");
    await move(comm_id, { value: false });
    // After a while at rest the figure itself.
    await kernel.waitFor(() => "application/vnd.plotly.v1+json" in (updates().at(-1)?.content.data ?? {}));
    expect(updates().at(-1)!.content.data["text/plain"]).toMatch(/^Figure: one/);
  });

  test("long work in a drawing stops by itself once a control has moved on", async () => {
    const { outputs } = await kernel.execute(
      `import { lecture, randomModel, train } from "cofi";
       let ends: string[] = [];
       await interact({ n: slider("n", { max: 9, step: 1, value: 0 }) }, async ({ n }) => {
         if (n === 0) return "start";
         const { ratings } = lecture();
         try { await train(randomModel({ numItems: 5, numUsers: 4, numFeatures: 2 }), ratings, { iterations: n < 9 ? 100_000_000 : 10, optimizer: "gradientDescent", learningRate: 1e-6 }); ends.push("whole " + n); } catch (error) { ends.push((error as Error).name); throw error; }
         return "trained " + n;
       }); undefined`,
    );
    const { comm_id } = modelOf(outputs, "IntSliderModel").content;
    for (const value of [1, 2, 9]) {
      await move(comm_id, { value });
      await new Promise((resume) => setTimeout(resume, 300));
    }
    await kernel.waitFor(() => updates().at(-1)?.content.data["text/plain"] === "trained 9");
    expect(said((await kernel.execute("ends")).outputs)).toEqual([
      "result: [ 'AbortError', 'AbortError', 'whole 9' ]",
    ]);
  });
});
