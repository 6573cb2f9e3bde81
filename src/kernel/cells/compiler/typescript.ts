import type Compiler from "typescript";
import type { Diagnostic, Node, Program, SourceFile, Symbol as TsSymbol, TypeChecker } from "typescript";
import { compiler } from "./load";

/** The TypeScript compiler; its version is pinned, for some of what is used here is not in its types. */
export const ts = compiler as typeof Compiler & Internals;

export { libraryFolder } from "./load";

/** What the compiler has at run time and keeps out of its types. */
interface Internals {
  /** The places that the mappings of a source map hold, in the order of the compiled code. */
  decodeMappings(mappings: string): Iterable<Mapping>;
  bindSourceFile(file: SourceFile, options: Compiler.CompilerOptions): void;
  /** Whether an identifier stands where it is evaluated, not where it is a name or a type. */
  isExpressionNode(node: Node): boolean;
  parseIsolatedJSDocComment(
    text: string,
    start: number,
    length: number,
  ): { jsDoc: Compiler.JSDoc; diagnostics: Diagnostic[] } | undefined;
}

/** A place in compiled code, and where that stands in the source, counted from 0. */
interface Mapping {
  generatedLine: number;
  generatedCharacter: number;
  sourceLine?: number;
  sourceCharacter?: number;
}

/** A parsed file with what the compiler keeps in it. */
export type BoundFile = Omit<SourceFile, "path"> &
  SourceFile & {
    path: Compiler.Path;
    resolvedPath: Compiler.Path;
    originalFileName: string;
    locals: Map<string, BoundSymbol>;
    symbol: TsSymbol & { exports: Map<string, TsSymbol> };
    externalModuleIndicator: Node | true | undefined;
    parseDiagnostics: Diagnostic[];
    imports?: readonly Compiler.StringLiteralLike[];
  };

export type BoundSymbol = TsSymbol & { exportSymbol?: TsSymbol };

/** A program whose answers can be replaced. */
export type OpenProgram = Program & {
  getResolvedModule(file: SourceFile, name: string, mode: unknown): Resolution | undefined;
};

export type Resolution = Compiler.ResolvedModuleWithFailedLookupLocations;

export type OpenChecker = TypeChecker & {
  resolveName(
    name: string,
    place: Node | undefined,
    meaning: Compiler.SymbolFlags,
    withoutGlobals: boolean,
  ): TsSymbol | undefined;
};

export type { Compiler };
