// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Extra, KernelClient, type Message, said } from "./kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(
    [
      'import { type Comm, type CommMessage, openComm, registerCommTarget } from "cofi";',
      "const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));",
      "let kept = 0;",
    ].join("\n"),
  );
});
afterAll(() => kernel.stop());

const comms = (of: Message[]) => of.filter(({ header }) => header.msg_type.startsWith("comm_"));
const brief = (of: Message[]) => comms(of).map(({ header, content }) => [header.msg_type, content]);

let count = 0;
const newId = () => `comm-${++count}`;

/** Sends a message of a comm and waits until the kernel says that it is idle again. */
async function tell(type: "open" | "msg" | "close", content: Record<string, unknown>, extra?: Extra) {
  const id = await kernel.send(`comm_${type}`, { data: {}, ...content }, "shell", extra);
  await kernel.waitFor(() =>
    kernel.outputsOf(id, true).some((one) => one.content.execution_state === "idle"),
  );
  return kernel.outputsOf(id);
}

const open = async () => (await kernel.request("comm_info_request", {})).comms;

describe("a comm that the front end opens", () => {
  test("reaches its target with data, metadata and buffers, and both sides talk and close", async () => {
    await kernel.execute(
      `registerCommTarget("echo", (comm, first) => {
        comm.send({ opened: first.data, with: first.metadata, bytes: first.buffers.map((one) => [...one]) });
        comm.onMessage(({ data, metadata, buffers }) => comm.send({ echo: data }, { metadata, buffers }));
        comm.onClose(({ data }) => { console.log("closed", data, comm.isOpen); });
      });`,
    );
    const comm_id = newId();
    const opened = await tell(
      "open",
      { comm_id, target_name: "echo", data: { a: 1 } },
      {
        metadata: { version: "2.1.0" },
        buffers: [new Uint8Array([1, 255])],
      },
    );
    expect(brief(opened)).toEqual([
      ["comm_msg", { comm_id, data: { opened: { a: 1 }, with: { version: "2.1.0" }, bytes: [[1, 255]] } }],
    ]);
    expect(await open()).toEqual({ [comm_id]: { target_name: "echo" } });

    const buffers = [Buffer.from([0, 1, 2, 0xff]), Buffer.alloc(0), Buffer.alloc(100_000, 7)];
    const [answer] = await tell(
      "msg",
      { comm_id, data: { method: "update" } },
      { metadata: { m: [1] }, buffers },
    );
    expect(answer.content).toEqual({ comm_id, data: { echo: { method: "update" } } });
    expect(answer.metadata).toEqual({ m: [1] });
    expect(answer.buffers.map((one) => Buffer.compare(one, buffers[answer.buffers.indexOf(one)]))).toEqual([
      0, 0, 0,
    ]);

    const closed = await tell("close", { comm_id, data: { why: "done" } });
    expect(said(closed)).toEqual(["stdout: closed { why: 'done' } false\n"]);
    expect(await open()).toEqual({});
    expect(await tell("msg", { comm_id, data: {} })).toEqual([]);
  });

  test("to a target that nobody has is closed again", async () => {
    const comm_id = newId();
    expect(brief(await tell("open", { comm_id, target_name: "nobody" }))).toEqual([
      ["comm_close", { comm_id, data: {} }],
    ]);
    expect(await open()).toEqual({});
  });

  test("waits for the cells before it, one of which registers its target", async () => {
    const cell = await kernel.start(
      'await sleep(200); registerCommTarget("late", (comm) => { comm.close(); });',
    );
    const comm_id = newId();
    expect(brief(await tell("open", { comm_id, target_name: "late" }))).toEqual([
      ["comm_close", { comm_id, data: {} }],
    ]);
    expect((await kernel.finished(cell)).reply.status).toBe("ok");
  });
});

describe("a comm that code opens", () => {
  test("tells the front end, as part of its cell, and is listed by its target", async () => {
    const { outputs } = await kernel.execute(
      `const mine = openComm("jupyter.widget", { data: { state: { value: 3, bytes: new Uint8Array([1]) } }, metadata: { version: "2.1.0" }, buffers: [new Float64Array([1])], id: "widget-1" });
       mine.send({ method: "update" }); mine.isOpen`,
    );
    const [opening, message] = comms(outputs);
    expect([opening.header.msg_type, opening.content]).toEqual([
      "comm_open",
      { comm_id: "widget-1", target_name: "jupyter.widget", data: { state: { value: 3, bytes: [1] } } },
    ]);
    expect(opening.metadata).toEqual({ version: "2.1.0" });
    expect(opening.buffers).toEqual([Buffer.from(new Float64Array([1]).buffer)]);
    expect([message.header.msg_type, message.content]).toEqual([
      "comm_msg",
      { comm_id: "widget-1", data: { method: "update" } },
    ]);
    expect(await open()).toEqual({ "widget-1": { target_name: "jupyter.widget" } });
    for (const [target_name, listed] of [
      ["jupyter.widget", 1],
      ["other", 0],
    ] as const)
      expect(Object.keys((await kernel.request("comm_info_request", { target_name })).comms)).toHaveLength(
        listed,
      );
    expect(said((await kernel.execute('openComm("x", { id: "widget-1" })')).outputs)).toEqual([
      'error: Error: id must be that of no open comm, got "widget-1"',
    ]);
    expect(brief((await kernel.execute("mine.close({ a: 1 }); mine.close();")).outputs)).toEqual([
      ["comm_close", { comm_id: "widget-1", data: { a: 1 } }],
    ]);
    expect(await open()).toEqual({});
    expect(said((await kernel.execute("mine.send({})")).outputs)).toEqual([
      "error: Error: comm widget-1 to jupyter.widget is closed",
    ]);
  });

  test("is heard while its cell waits for it", async () => {
    const cell = await kernel.start(
      `const asking = openComm("ask", { id: "ask-1" });
       const value = await new Promise((tell) => asking.onMessage(({ data }) => tell(data.value)));
       asking.close(); value`,
    );
    await kernel.waitFor(() => comms(kernel.outputsOf(cell)).length > 0);
    await tell("msg", { comm_id: "ask-1", data: { value: 17 } });
    expect(said((await kernel.finished(cell)).outputs)).toEqual(["result: 17"]);
  });
});

describe("what listeners do", () => {
  test("belongs to the message: output, displays, errors; an error stops no other listener", async () => {
    await kernel.execute(
      `const busy = openComm("busy", { id: "busy-1" });
       busy.onMessage(() => { console.log("first"); throw new RangeError("in a listener"); });
       busy.onMessage(async () => { await sleep(20); console.log("second"); });
       const off = busy.onMessage(() => { console.log("never"); }); off();`,
    );
    const outputs = await tell("msg", { comm_id: "busy-1" });
    expect(said(outputs).sort()).toEqual([
      "error: RangeError: in a listener",
      "stdout: first\n",
      "stdout: second\n",
    ]);
  });

  test("sees the variables of cells, in the order of the messages", async () => {
    await kernel.execute(
      'const seen: unknown[] = []; const many = openComm("many", { id: "many-1" }); many.onMessage(({ data }) => { seen.push(data.k); kept++; });',
    );
    const ids: string[] = [];
    for (let k = 0; k < 1000; k++)
      ids.push(await kernel.send("comm_msg", { comm_id: "many-1", data: { k } }));
    await kernel.waitFor(() =>
      kernel.outputsOf(ids[999], true).some((one) => one.content.execution_state === "idle"),
    );
    expect(said((await kernel.execute("[kept, seen.every((k, place) => k === place)]")).outputs)).toEqual([
      "result: [ 1000, true ]",
    ]);
  });

  test.each([
    ["loops", "while (true) {}"],
    ["waits", "await new Promise(() => {});"],
    ["loops after waiting", "await sleep(1); while (true) {}"],
  ])("is interrupted where it %s, and the comm stays open", async (_, code) => {
    await kernel.execute(
      `const stuck = openComm("stuck", { id: "stuck-1" }); stuck.onMessage(async ({ data }) => { if (data.stick) { console.log("up"); ${code} } else { stuck.send({ alive: true }); } });`,
    );
    const message = await kernel.send("comm_msg", { comm_id: "stuck-1", data: { stick: true } });
    await kernel.waitFor(() => kernel.outputsOf(message).length > 0);
    await new Promise((resume) => setTimeout(resume, 150));
    await kernel.request("interrupt_request", {}, "control");
    await kernel.waitFor(() =>
      kernel.outputsOf(message, true).some((one) => one.content.execution_state === "idle"),
    );
    expect(brief(await tell("msg", { comm_id: "stuck-1" }))).toEqual([
      ["comm_msg", { comm_id: "stuck-1", data: { alive: true } }],
    ]);
    await kernel.execute("stuck.close()");
  });
});

test("comms end with the process that runs the cells, and the front end is told", async () => {
  await kernel.execute('openComm("lost", { id: "lost-1" }); undefined');
  const { outputs } = await kernel.execute("process.exit(0)");
  await kernel.waitFor(() =>
    comms(kernel.heard).some(
      (one) => one.content.comm_id === "lost-1" && one.header.msg_type === "comm_close",
    ),
  );
  expect(said(outputs)[0]).toContain("ProcessEnded");
  expect(await open()).toEqual({});
});

test("outside of a notebook a comm says what it needs", async () => {
  const { openComm, registerCommTarget } = await import("../../src/base/comm");
  expect(() => openComm("x")).toThrow("comms need a notebook that runs on Cofi's kernel");
  expect(() => registerCommTarget("x", () => {})).toThrow("comms need a notebook that runs on Cofi's kernel");
});
