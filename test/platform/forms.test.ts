import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "../../commands/project/project.mjs";

const platform = join(root, "src", "platform");

/** What only Node has a use for, or has for itself: places of the project on the disk, and what these alone import. */
const nodesOwn = ["nodeShim", "project", "stillWorker"];

/** What is of browsers alone; of places, those in a kernel's memory. */
const browsersOwn = ["beside", "embedded.d", "parquet", "project", "tensorflow", "typedText"];

/** Names of Node's form that its kernel alone asks for. */
const ofKernel = ["hasNativeBuild", "installStandIn"];

const filesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.slice(0, -3));

const pairs = filesIn(platform).filter((name) => !nodesOwn.includes(name));

/** What a file exports that is there when it runs. */
function valuesOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      if (statement.isTypeOnly || !statement.exportClause || !ts.isNamedExports(statement.exportClause))
        return [];
      return statement.exportClause.elements.map(({ name }) => name.text);
    }
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      return [statement.name!.text];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name)
        ? [name.text]
        : name.elements.flatMap((part) =>
            ts.isBindingElement(part) && ts.isIdentifier(part.name) ? [part.name.text] : [],
          ),
    );
  });
}

test("each file of platform has a form for browsers, and none stands alone", () => {
  expect(filesIn(join(platform, "browser")).sort()).toEqual([...pairs, ...browsersOwn].sort());
});

test.each(pairs)("%s has for browsers all that it has on Node", (name) => {
  const wanted = valuesOf(join(platform, `${name}.ts`)).filter((value) => !ofKernel.includes(value));
  expect(wanted).not.toEqual([]);
  expect(valuesOf(join(platform, "browser", `${name}.ts`))).toEqual(expect.arrayContaining(wanted));
});

test("nothing else asks whether it runs in a browser, and nothing asks for Node outside of platform and of what Node alone runs", () => {
  const others = (readdirSync(join(root, "src"), { recursive: true }) as string[])
    .map((name) => name.replaceAll("\\", "/"))
    .filter(
      (name) => name.endsWith(".ts") && !/^(platform|kernel|grading|spark|wasm\/assembly)\//.test(name),
    );
  const asking = others.filter((name) =>
    /typeof (window|document|process|navigator)\b|from "node:|\bprocess\.|\brequire\(|\bBuffer\./.test(
      readFileSync(join(root, "src", name), "utf8"),
    ),
  );
  expect(asking).toEqual([]);
});
