// @module-tag slow
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, plain, said } from "./kernelClient";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** Runs a cell that fails; the same error has to be in the reply and on iopub. Cells are told as `In [n]`. */
async function fail(code: string) {
  const { reply, outputs } = await kernel.execute(code);
  expect(reply.status).toBe("error");
  const errors = outputs.filter(({ header }) => header.msg_type === "error");
  expect(errors).toHaveLength(1);
  const { ename, evalue, traceback } = errors[0].content;
  expect({ ename, evalue, traceback }).toEqual({
    ename: reply.ename,
    evalue: reply.evalue,
    traceback: reply.traceback,
  });
  return {
    ename,
    evalue,
    trace: plain(traceback).replaceAll(`In [${reply.execution_count}]`, "In [n]"),
    reply,
  };
}

describe("a thrown error", () => {
  test("is told by cell and line, with the line, a mark, and only the cell's own calls", async () => {
    const { ename, evalue, trace } = await fail(
      [
        "interface Unused { gone: string }",
        "function f(o: any) {",
        "  return o.x.y;",
        "}",
        "const unused: number = 1;",
        "f({});",
      ].join("\n"),
    );
    expect([ename, evalue]).toEqual(["TypeError", "Cannot read properties of undefined (reading 'y')"]);
    expect(trace).toBe(
      [
        "TypeError: Cannot read properties of undefined (reading 'y')",
        "In [n], line 3:",
        "  1 | interface Unused { gone: string }",
        "  2 | function f(o: any) {",
        "> 3 |   return o.x.y;",
        "    |              ^",
        "    at f (In [n], line 3:14)",
        "    at In [n], line 6:1",
      ].join("\n"),
    );
  });

  test("is told by its own cell when another calls it", async () => {
    const { reply } = await kernel.execute("function broken() {\n  throw new RangeError('deep');\n}");
    const { trace } = await fail("\n\nbroken();");
    expect(trace).toContain(
      `    at broken (In [${reply.execution_count}], line 2:9)\n    at In [n], line 3:1`,
    );
  });

  test("after an await is told by its line too", async () => {
    const { trace } = await fail(
      "await Promise.resolve();\nasync function later() {\n  await null;\n  throw new Error('late');\n}\nawait later();",
    );
    expect(trace).toContain("> 4 |   throw new Error('late');\n    |         ^");
  });

  test("shows what caused it, and the errors of a group", async () => {
    const { trace } = await fail(
      "throw new AggregateError([new Error('one'), 'two'], 'several', { cause: new SyntaxError('the cause') });",
    );
    expect(trace).toMatch(/^AggregateError: several\nIn \[n\], line 1:/);
    expect(trace).toContain("Error 1 of 2:\nError: one");
    expect(trace).toContain("Error 2 of 2:\nThrown string: two");
    expect(trace).toContain("Caused by:\nSyntaxError: the cause\nIn [n], line 1:");
  });

  test("need not be an Error", async () => {
    expect(await fail("throw 'text'")).toMatchObject({ ename: "Thrown string", evalue: "text" });
    expect(await fail("throw { code: 3 }")).toMatchObject({ ename: "Thrown object", evalue: "{ code: 3 }" });
    expect(await fail("throw null")).toMatchObject({ ename: "Thrown null", evalue: "null" });
    expect(await fail("throw undefined")).toMatchObject({ ename: "Thrown undefined", evalue: "undefined" });
  });

  test("that can't even be printed is an error all the same", async () => {
    const { ename, evalue } = await fail(
      [
        "class Odd extends Error {}",
        "const odd = new Odd();",
        "for (const key of ['message', 'cause'])",
        "  Object.defineProperty(odd, key, { get() { throw new Error('unreadable'); } });",
        "throw odd;",
      ].join("\n"),
    );
    expect(evalue).toBe("(unreadable)");
    expect(ename).toBe("Odd");
  });

  test("of a class of one's own has that name and shows what it carries", async () => {
    const { ename, trace } = await fail(
      "class HttpError extends Error { status = 404; }\nthrow new HttpError('not found');",
    );
    expect(ename).toBe("HttpError");
    expect(trace).toContain("{ status: 404 }");
  });

  test("in the project is told by its source", async () => {
    const { trace, ename } = await fail(
      'import { indexOfItem, lecture } from "cofi";\nindexOfItem(lecture().ratings, "no such film");',
    );
    expect(ename).toBe("RangeError");
    expect(trace).toMatch(
      / {4}at indexOfItem \(src\/ratings\/ratings\.ts:\d+:\d+\)\n {4}at In \[n\], line 2:\d+$/,
    );
  });

  test("has colours, as those of other kernels", async () => {
    const { reply } = await fail("throw new Error('red')");
    expect(reply.traceback[0]).toBe("\u001b[0;31mError\u001b[0m: red");
  });

  test("that a cell prints itself is told by cell and line", async () => {
    const { reply, outputs } = await kernel.execute(
      "try {\n  throw new Error('printed');\n} catch (error) {\n  console.log(error);\n}",
    );
    expect(said(outputs)).toEqual([
      `stdout: Error: printed\n    at In [${reply.execution_count}], line 2:9\n`,
    ]);
  });
});

describe("a type error", () => {
  test("is told with each diagnostic's code, line and mark, and the cell is not run", async () => {
    const { ename, evalue, trace } = await fail(
      'console.log("ran");\nconst s: string = 1;\nlet k = 2;\nk = { wrong: true };',
    );
    expect(ename).toBe("TypeScriptError");
    expect(evalue).toMatch(
      /^In \[\d+\], line 2: TS2322: Type 'number' is not assignable to type 'string'\. \(and 1 more\)$/,
    );
    expect(trace).toBe(
      [
        "TypeScriptError: the cell was not run",
        "",
        "TS2322: Type 'number' is not assignable to type 'string'.",
        "In [n], line 2:",
        '  1 | console.log("ran");',
        "> 2 | const s: string = 1;",
        "    |       ~",
        "",
        "TS2322: Type '{ wrong: boolean; }' is not assignable to type 'number'.",
        "In [n], line 4:",
        "  2 | const s: string = 1;",
        "  3 | let k = 2;",
        "> 4 | k = { wrong: true };",
        "    | ~",
      ].join("\n"),
    );
  });

  test("explains itself in full", async () => {
    const { trace } = await fail(
      "const o: { a: { b: string } } = { a: { b: 1 as unknown as boolean } as any as { b: boolean } };",
    );
    expect(trace).toContain(
      "TS2322: Type '{ b: boolean; }' is not assignable to type '{ b: string; }'.\n  Types of property 'b'",
    );
  });

  test("in the syntax is a SyntaxError", async () => {
    expect(await fail("const = 1;")).toMatchObject({ ename: "SyntaxError" });
    expect(await fail("if (true) {\n  f(;\n}")).toMatchObject({
      evalue: expect.stringContaining("line 2: TS1005"),
    });
  });
});

describe("an error that nobody catches", () => {
  test("a rejected promise fails its cell", async () => {
    const { trace, evalue } = await fail("Promise.reject(new Error('nobody waits'));\n'a result'");
    expect(evalue).toBe("nobody waits");
    expect(trace).toContain("> 1 | Promise.reject(new Error('nobody waits'));");
  });

  test("in a timer fails its cell while that runs", async () => {
    const { evalue } = await fail(
      "setTimeout(() => { throw new Error('in a timer'); }, 20);\nawait new Promise(() => {});",
    );
    expect(evalue).toBe("in a timer");
  });

  test("in a timer of a cell that is done is shown there, and the kernel lives on", async () => {
    const id = await kernel.start(
      "const stays = 7; setTimeout(() => { throw new Error('too late'); }, 100); undefined",
    );
    expect((await kernel.finished(id)).reply.status).toBe("ok");
    await kernel.waitFor(() => said(kernel.outputsOf(id)).includes("error: Error: too late"));
    const late = await kernel.start(
      "setTimeout(() => Promise.reject(new Error('rejected late')), 100); undefined",
    );
    await kernel.waitFor(() => said(kernel.outputsOf(late)).includes("error: Error: rejected late"));
    expect(said((await kernel.execute("stays")).outputs)).toEqual(["result: 7"]);
  });

  test("a form that can't be shown fails the cell", async () => {
    expect(
      await fail('({ [Symbol.for("Jupyter.display")]: () => { throw new Error("no form"); } })'),
    ).toMatchObject({ evalue: "no form" });
    expect(await fail('({ [Symbol.for("Jupyter.display")]: () => 5 })')).toMatchObject({
      ename: "TypeError",
    });
  });
});

test("a cell that ends its process is an error, and a new process takes its place", async () => {
  const { ename, evalue } = await fail("process.exit(3);");
  expect(ename).toBe("ProcessEnded");
  expect(evalue).toContain("exit code 3");
  expect(said((await kernel.execute("typeof stays + 1")).outputs)).toEqual([
    expect.stringContaining("Cannot find name 'stays'"),
  ]);
  expect(said((await kernel.execute("1 + 1")).outputs)).toEqual(["result: 2"]);
});
