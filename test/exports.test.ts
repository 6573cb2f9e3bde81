import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import names from "./exports.json";

/** What `import { … } from "cofi"` gives, by the compiler: values, and what only types are. */
function exported() {
  const file = join(__dirname, "..", "src", "index.ts");
  const options = {
    target: ts.ScriptTarget.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    skipLibCheck: true,
  };
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!);
  const isValue = (symbol: ts.Symbol) => {
    const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return (own.flags & ts.SymbolFlags.Value) !== 0;
  };
  const sorted = (wanted: boolean) =>
    symbols
      .filter((symbol) => isValue(symbol) === wanted)
      .map((symbol) => symbol.name)
      .sort();
  return { values: sorted(true), types: sorted(false) };
}

/**
 * A public name is a promise: to give one more, or to take one back, is a decision, which is to be seen in
 * test/exports.json as well.
 */
test("the public names are those of the list", () => {
  expect(exported()).toEqual(names);
});
