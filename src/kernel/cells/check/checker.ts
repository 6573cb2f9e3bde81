import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../platform/project";
import { CellProgram } from "../compiler/program";
import type { BoundFile, BoundSymbol, Compiler } from "../compiler/typescript";
import { emit } from "../emit/emit";
import { type Import, importsOf } from "../emit/imports";
import { jsxFactories } from "../emit/syntax";
import { mergedNamespaces } from "../scope/merging";
import { addImportedParts, bind, type Declared, hidesOnlyPart, references } from "../scope/names";
import { type Binding, isSet, Scope, type Slot } from "../scope/scope";
import type { CellDiagnostic } from "./diagnostics";
import { addDocs } from "./docs";
import { reviewed } from "./reviewed";

/** A cell that passed: its JavaScript, and what is needed to run it and to tell where it fails. */
export interface Checked {
  /** Code of a function that is given `arguments` by those names. */
  code: string;
  map: string;
  imports: Import[];
  /** The variables of earlier cells that it uses, by their names. */
  earlier: Map<string, Slot>;
  declared: Declared;
  /** What to tell the reader that is no error. */
  notes: string[];
}

/** Checks and compiles cells, each against what the ones before it declared. */
export class Checker {
  readonly scope = new Scope();
  readonly program = new CellProgram();
  private cells = 0;
  private readonly noted = new Set<string>();

  /**
   * Gets ready before there is a cell: first for any, then, a step at a time, for one that imports what most notebooks
   * begin with.
   */
  *warmUp(): Generator<void> {
    this.check("0");
    yield;
    yield* this.program.readAhead(["cofi", "tslab"]);
    this.check('import { lecture } from "cofi"; lecture()');
  }

  /** Checks a cell; a list of what is wrong, or what to run. */
  check(code: string): readonly CellDiagnostic[] | Checked {
    this.program.refresh();
    const { file, declared, merged } = this.bound(code);
    const program = this.program.including(file);
    const found = [file, ...this.program.ambientOf(file), ...this.program.localFiles(file)].flatMap(
      (each) => [...program.getSyntacticDiagnostics(each), ...program.getSemanticDiagnostics(each)],
    );
    const { errors, untyped } = reviewed(found, { file, length: code.length, declared });
    if (errors.length > 0) {
      this.program.without(file);
      return errors;
    }
    const checker = this.program.checker();
    addImportedParts(file, declared, checker);
    const { at, earlier } = references({ file, declared, end: code.length }, { scope: this.scope, checker });
    for (const name of merged) earlier.set(name, this.scope.get(name)!.slot!);
    const factories = jsxFactories(file, this.program.options).filter(
      (name) => !declared.variables.has(name),
    );
    for (const name of factories) {
      const slot = declared.symbols.has(name) ? undefined : this.scope.get(name)?.slot;
      if (slot) earlier.set(name, slot);
    }
    const imports = importsOf(file, checker);
    const parameters = [...earlier.keys(), ...imports.flatMap(({ names }) => names.map(({ name }) => name))];
    const emitted = emit(file, {
      ...{ program, end: code.length, references: at, variables: declared.variables, merged, parameters },
      factories: factories.filter((name) => parameters.includes(name)),
    });
    return { ...emitted, imports, earlier, declared, notes: this.notesOn(untyped) };
  }

  /**
   * From now on later cells see what a cell declared: its types, and those values that it came to make. One that
   * failed on its way leaves what was there before it under the names that it did not come to.
   */
  keep({ declared, imports }: Checked, slots: ReadonlyMap<string, Slot>, failed: boolean): void {
    const imported = new Set(imports.flatMap(({ names }) => names.map(({ name }) => name)));
    for (const [name, symbol] of declared.symbols) {
      const slot = slots.get(name);
      const isValue = declared.variables.has(name) || imported.has(name);
      const isMade = slot !== undefined && isSet(slot) && !(failed && slot.v === undefined);
      if (isMade || !isValue) this.scope.set(name, { symbol, slot, ...this.beside(name, symbol) });
    }
  }

  /** What stays there of a name that is declared again: its type where the new one is a value, and the reverse. */
  private beside(name: string, symbol: BoundSymbol): { beside?: Binding } {
    const earlier = this.scope.get(name);
    const kept = [earlier, earlier?.beside].find(
      (binding) => binding && hidesOnlyPart(symbol, binding.symbol),
    );
    return kept ? { beside: { symbol: kept.symbol, slot: kept.slot } } : {};
  }

  /** A cell's text, bound and ready to be asked about. */
  bound(code: string): { file: BoundFile; declared: Declared; merged: string[] } {
    const { names, text } = mergedNamespaces(code, this.scope);
    const file = this.program.parse(`${this.program.folder}/cell-${++this.cells}`, code, text);
    return { file, declared: bind(file, this.scope, this.program.options), merged: names };
  }

  /**
   * Asks the language service about a text that is not run; nothing of it stays.
   *
   * @param question Is given the service, the file that it is to be asked about, and a function that parses the doc
   * comments of what stands at a place.
   */
  ask<T>(
    code: string,
    question: (service: Compiler.LanguageService, file: string, document: (place: number) => void) => T,
  ): T {
    const { file } = this.bound(code);
    const document = (place: number) => addDocs(file, place, this.program.checker());
    return this.program.ask(file, (service) => question(service, file.fileName, document));
  }

  /** The packages that are found from every folder. */
  get packages(): readonly string[] {
    const { dependencies } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8"));
    return ["cofi", ...Object.keys(dependencies)];
  }

  /** Tells once of each package that has no types. */
  private notesOn(untyped: string[]): string[] {
    const fresh = untyped.filter((name) => !this.noted.has(name));
    for (const name of fresh) this.noted.add(name);
    return fresh.map((name) => `note: "${name}" has no type declarations; what it exports is of type any\n`);
  }
}
