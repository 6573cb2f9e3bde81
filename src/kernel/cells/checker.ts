import type { Maps } from "./compiler";
import { keepAssigned } from "./declarations";
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
    const converted = this.converter.convert(this.declarations, code);
    if (converted.diagnostics.length > 0) return converted.diagnostics;
    const maps = converted.output === undefined ? undefined : adjusted.takeMaps(converted.output);
    const names = declaredNames(converted.output ?? "");
    return { converted: { ...converted, output: keepUntilAssigned(converted.output ?? "") }, maps, names };
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

  complete(code: string, cursor: number) {
    return this.converter.complete(this.declarations, code, cursor);
  }

  inspect(code: string, cursor: number) {
    return this.converter.inspect(this.declarations, code, cursor);
  }
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
