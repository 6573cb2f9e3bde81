// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, said } from "./kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(
    'import * as readline from "node:readline";\nimport * as promises from "node:readline/promises";\nconst open = () => promises.createInterface({ input: process.stdin, output: process.stdout });',
  );
});
afterAll(() => kernel.stop());

describe("the reader of the notebook is asked", () => {
  const cases: [name: string, code: string, answers: string[], questions: string[], result: string][] = [
    ["by prompt", "const a1 = await prompt('Name? '); a1", ["Ada"], ["Name? "], "'Ada'"],
    ["by one with a default", "const a2 = await prompt('Name?', 'Eve'); a2", [""], ["Name? [Eve] "], "'Eve'"],
    [
      "by one whose default is not taken",
      "const a3 = await prompt('Name?', 'Eve'); a3",
      ["Bob"],
      ["Name? [Eve] "],
      "'Bob'",
    ],
    [
      "by several at once, one after the other",
      "const many = await Promise.all(['a', 'b', 'c'].map((one) => prompt(one))); many",
      ["1", "2", "3"],
      ["a", "b", "c"],
      "[ '1', '2', '3' ]",
    ],
    [
      "by confirm",
      "const sure: boolean[] = []; for (let k = 0; k < 5; k++) sure.push(await confirm('Sure?')); sure",
      ["y", "YES", "no", "", "1"],
      Array(5).fill("Sure? [y/N] "),
      "[ true, true, false, false, true ]",
    ],
    ["by alert", "await alert('Look'); 'seen'", [""], ["Look [Enter] "], "'seen'"],
    [
      "by rl.question with a callback",
      "const rl = readline.createInterface({ input: process.stdin, output: process.stdout }); const who = await new Promise((tell) => rl.question('Who? ', tell)); rl.close(); who",
      ["me"],
      ["Who? "],
      "'me'",
    ],
    [
      "by rl.question of promises, twice",
      "const io = open(); const one = await io.question('One? '); const two = await io.question('Two? '); io.close(); one + two",
      ["1", "2"],
      ["One? ", "Two? "],
      "'12'",
    ],
    [
      "by reading lines",
      "const lines: string[] = []; for await (const line of readline.createInterface({ input: process.stdin })) { lines.push(line); if (lines.length === 2) break; } lines",
      ["x", "y"],
      ["", ""],
      "[ 'x', 'y' ]",
    ],
  ];
  test.each(cases)("%s", async (_, code, answers, prompts, result) => {
    const { questions, outputs } = await kernel.converse(code, answers);
    expect(questions.map(({ prompt }) => prompt)).toEqual(prompts);
    expect(said(outputs)).toEqual([`result: ${result}`]);
  });

  test("for a password without showing it", async () => {
    const code = "const secret = await prompt('Key? ', { password: true }); secret.length";
    const { questions, outputs } = await kernel.converse(code, ["abc"]);
    expect(questions).toEqual([{ prompt: "Key? ", password: true }]);
    expect(said(outputs)).toEqual(["result: 3"]);
  });
});

describe("a question that was interrupted", () => {
  test.each([
    "await prompt('never? ')",
    "await Promise.all([prompt('never? '), prompt('nor this? ')])",
    "await open().question('never? ')",
    "for await (const line of readline.createInterface({ input: process.stdin })) console.log(line);",
  ])("%s: is forgotten, and the next cell's is answered", async (code) => {
    const id = await kernel.start(code, { allow_stdin: true });
    await kernel.waitFor(() => kernel.questions(id).length > 0);
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.finished(id)).reply).toMatchObject({ ename: "KeyboardInterrupt" });
    await kernel.send("input_reply", { value: "too late" }, "stdin");
    const { outputs } = await kernel.converse("const asked = await prompt('now? '); asked", ["now"]);
    expect(said(outputs)).toEqual(["result: 'now'"]);
    const read = await kernel.converse(
      "const io2 = open(); const read = await io2.question('and? '); io2.close(); read",
      ["and"],
    );
    expect(said(read.outputs)).toEqual(["result: 'and'"]);
    expect(kernel.questions(id).length).toBe(1);
  });
});

describe("where the front end can't ask", () => {
  test("a default is taken, and an alert is printed", async () => {
    expect(said((await kernel.execute("const d = await prompt('Name?', 'Eve'); d")).outputs)).toEqual([
      "result: 'Eve'",
    ]);
    expect(said((await kernel.execute("await alert('Look')")).outputs)).toEqual(["stdout: Look\n"]);
  });

  test.each(["await prompt('Name?')", "await confirm('Sure?')", "await open().question('Who? ')"])(
    "%s fails and says why",
    async (code) => {
      expect((await kernel.execute(code)).reply.evalue).toContain("this one does not allow it");
    },
  );
});
