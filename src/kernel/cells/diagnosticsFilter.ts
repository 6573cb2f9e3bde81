import type { Diagnostic, Program, SourceFile } from "@tslab/typescript-for-tslab";

/**
 * Complaints about the declaration file that tslab has the compiler write for each cell: that a type can't be
 * named in one is no fault of the cell.
 */
function isAboutDeclarationFile(code: number): boolean {
  return (code >= 4000 && code < 4112) || code === 2742 || code === 7056 || code === 2527 || code === 9005;
}

type GetDiagnostics = (program: Program, files: SourceFile & SourceFile[]) => readonly Diagnostic[];

/**
 * The compiler's diagnostics, without those that are no fault of a notebook's code, each with the sentences that
 * explain it in one text: tslab would make each a diagnostic of its own and forget which file it is about.
 */
export function reviewed(
  get: (program: Program, file?: SourceFile) => readonly Diagnostic[],
  flatten: (text: Diagnostic["messageText"], newLine: string) => string,
): GetDiagnostics {
  return (program, files) =>
    get(program, files)
      .filter(({ code }) => !isAboutDeclarationFile(code))
      .map((diagnostic) => ({ ...diagnostic, messageText: flatten(diagnostic.messageText, "\n") }));
}
