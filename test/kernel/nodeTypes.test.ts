// @module-tag slow

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeTypes } from "../../src/kernel/cells/compiler/nodeTypes";
import { optionsFor } from "../../src/kernel/cells/compiler/options";
import { Resolver } from "../../src/kernel/cells/compiler/resolver";
import { type Compiler, ts } from "../../src/kernel/cells/compiler/typescript";

const options: Compiler.CompilerOptions = { ...optionsFor("/"), noEmit: true };

/** The file of declarations that a version of Node is checked against. */
function declarations(version: string): string {
  const { resolvedTypeReferenceDirective: found } = new Resolver(options, "/", version).resolveTypes(
    "node",
    "/notebook.ts",
  );
  return found?.resolvedFileName ?? "";
}

const majorOf = (file: string): number =>
  Number.parseInt(JSON.parse(readFileSync(join(dirname(file), "package.json"), "utf8")).version, 10);

describe("the types of Node", () => {
  test.each([
    ["v20.0.0", 20],
    ["v20.20.2", 20],
    ["v21.7.3", 20],
    ["v22.3.0", 22],
    ["v23.11.1", 22],
    ["v24.21.0", 24],
    ["v25.2.0", 24],
    ["v26.0.0", 26],
    ["v28.1.0", 26],
    ["v18.19.0", 20],
  ])("for %s are those of Node %d", (version, major) => {
    expect(majorOf(declarations(version))).toBe(major);
  });

  test("are those of the Node that runs, where no version is given", () => {
    const file = new Resolver(options, "/").resolveTypes("node", "/notebook.ts");
    expect(file.resolvedTypeReferenceDirective?.resolvedFileName).toBe(declarations(process.version));
  });

  test("are named by a package that the project declares, each pinned to its version", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));
    for (const major of [22, 24, 26])
      expect(devDependencies[nodeTypes(`v${major}.0.0`)]).toMatch(
        new RegExp(`^npm:@types/node@${major}\\.\\d+\\.\\d+$`),
      );
    expect(nodeTypes("v20.0.0")).toBe("node");
    expect(devDependencies["@types/node"]).toMatch(/^20\.\d+\.\d+$/);
  });

  /** Lines of one module, each with the version of Node that first has what it asks for. */
  const lines: [code: string, since: number][] = [
    ["import { readFileSync } from 'node:fs'; readFileSync('a').length;", 20],
    ["import { globSync } from 'node:fs'; globSync('*');", 22],
    ["new URLPattern({ pathname: '/a' });", 24],
    ["import { boundedChannel } from 'node:diagnostics_channel'; boundedChannel('a');", 26],
  ];
  test.each([20, 22, 24, 26])("offer what Node %d has, and no more", (major) => {
    const wrong = wrongLines(lines.map(([code]) => code).join("\n"), `v${major}.0.0`);
    expect(wrong).toEqual(lines.flatMap(([, since], line) => (since > major ? [line] : [])));
  });
});

/** The lines of a module that are wrong, checked against the language and one version of Node. */
function wrongLines(code: string, version: string): number[] {
  const resolver = new Resolver(options, "/", version);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  Object.assign(host, {
    getSourceFile: (name: string, target: Compiler.ScriptTarget) =>
      name === "/notebook.ts" ? ts.createSourceFile(name, code, target, true) : getSourceFile(name, target),
    fileExists: (name: string) => name === "/notebook.ts" || fileExists(name),
    readFile: (name: string) => (name === "/notebook.ts" ? code : readFile(name)),
    resolveTypeReferenceDirectiveReferences: (
      references: readonly (string | Compiler.FileReference)[],
      importer: string,
    ) =>
      references.map((each) =>
        resolver.resolveTypes(typeof each === "string" ? each : each.fileName, importer),
      ),
  });
  const program = ts.createProgram(["/notebook.ts"], options, host);
  const file = program.getSourceFile("/notebook.ts")!;
  const found = program.getSemanticDiagnostics(file);
  return [...new Set(found.map(({ start }) => file.getLineAndCharacterOfPosition(start ?? 0).line))];
}
