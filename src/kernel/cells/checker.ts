import type { Maps } from "./compiler";
import { keepAssigned } from "./declarations";
import { LocalModules } from "./localModules";
import { rememberModule } from "./stack";
import { readSyntax } from "./syntax";
import {
  adjusted,
  type Converter,
  type ConvertResult,
  createConverter,
  type Diagnostic,
  getCodeMetadata,
} from "./tslab";

/** A cell that passed: its JavaScript, and what is needed to run it and to tell where it fails. */
export interface Checked {
  converted: ConvertResult;
  maps: Maps | undefined;
  /** The names that the cell declares. */
  names: string[];
}

/** Checks and compiles cells, each against what the ones before it declared. */
export class Checker {
  private readonly converter: Converter = createConverter();
  /** The declarations of all cells so far, as a declaration file has them. */
  private declarations = "";
  private cells = 0;
  private readonly localModules = new LocalModules();

  /** Checks a cell; a list of what is wrong, or what to run. */
  check(code: string): readonly Diagnostic[] | Checked {
    adjusted.watch.refresh();
    const { module } = getCodeMetadata(code);
    if (module !== undefined) {
      const diagnostics = this.converter.addModule(module, code, getCodeMetadata(code));
      return diagnostics.length > 0
        ? diagnostics
        : { converted: { diagnostics }, maps: undefined, names: [] };
    }
    const syntax = readSyntax(code);
    const converted = this.converter.convert(this.declarations, syntax.code);
    if (converted.diagnostics.length > 0) return converted.diagnostics;
    for (const { path, data } of converted.sideOutputs ?? []) rememberModule(path, adjusted.takeMaps(data));
    const output = converted.output ?? "";
    const names = declaredNames(output).filter((name) => name !== converted.lastExpressionVar);
    const last = converted.lastExpressionVar && this.ownName(converted.lastExpressionVar);
    return {
      converted: {
        ...converted,
        output: keepUntilAssigned(renameLast(output, converted.lastExpressionVar, last)),
        declOutput: declarationsOf(converted, names),
        hasToplevelAwait: converted.hasToplevelAwait || syntax.awaits,
        lastExpressionVar: last,
        sideOutputs: this.localModules.withImporters(converted.sideOutputs ?? []),
      },
      maps: adjusted.takeMaps(output),
      names,
    };
  }

  /** From now on later cells see what a cell declared that has run. */
  keep({ converted }: Checked): void {
    this.declarations = converted.declOutput ?? "";
  }

  /** The same for a cell that failed on its way: only what it did assign. */
  keepPart({ converted, names }: Checked, assigned: ReadonlySet<string>): void {
    const missing = new Set(names.filter((name) => !assigned.has(name)));
    this.declarations = keepAssigned(this.declarations, converted.declOutput ?? "", missing);
  }

  /**
   * A name for the variable that holds a cell's last value that no other cell has, and as long as tslab's own: one
   * that was interrupted may still come to its end in the background, and places in the code must stay the same.
   */
  private ownName(name: string): string {
    return `$${String(++this.cells).padStart(name.length - 1, "0")}`;
  }

  complete(code: string, cursor: number) {
    return this.converter.complete(this.declarations, code, cursor);
  }

  inspect(code: string, cursor: number) {
    return this.converter.inspect(this.declarations, code, cursor);
  }
}

/** Compiled code in which the variable for the last value has another name. */
function renameLast(output: string, name: string | undefined, other: string | undefined): string {
  if (name === undefined) return output;
  const assignment = new RegExp(`^exports\\.${name} = (?!void 0;$)`, "m");
  return output.replace(assignment, () => `exports.${other} = `);
}

/** What is declared after the cell; tslab has text instead where a type could not be written down. */
function declarationsOf({ declOutput = "" }: ConvertResult, names: string[]): string {
  const failed = "undefined";
  if (!declOutput.startsWith(failed)) return declOutput;
  return declOutput.slice(failed.length) + names.map((name) => `\ndeclare let ${name}: any;`).join("");
}

const hoisted = /^(?:exports\.[\w$\u0080-\uffff]+ = )+void 0;$/m;

/** The names that compiled code exports: those that the cell declares. */
function declaredNames(output: string): string[] {
  const assigned = hoisted.exec(output)?.[0].matchAll(/exports\.([^ ]+) =/g) ?? [];
  const imported = output.matchAll(/^Object\.defineProperty\(exports, "([^"]+)", \{ enumerable: true/gm);
  return [...assigned, ...imported].map(([, name]) => name);
}

/**
 * Compiled code starts with setting all that it exports to undefined. Where a name gets its value in any case,
 * that is left out: a cell that fails before then leaves the value of an earlier cell as it was.
 */
function keepUntilAssigned(output: string): string {
  return output.replace(hoisted, (line) => {
    const names = [...line.matchAll(/exports\.([^ ]+) =/g)].map(([, name]) => name);
    const undefinedFirst = names.filter((name) => !output.includes(`\nexports.${name} = ${name};\n`));
    return undefinedFirst.length === 0
      ? ""
      : `${undefinedFirst.map((name) => `exports.${name} = `).join("")}void 0;`;
  });
}
