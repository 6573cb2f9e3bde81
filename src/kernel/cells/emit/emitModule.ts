import { type Compiler, ts } from "../compiler/typescript";
import { own, replacing, surroundings } from "./emit";
import { engine } from "./engine";
import { stoppable } from "./stoppable";
import { waits } from "./syntax";

/** A module as it is run: the code of a function that is given its surroundings. */
export interface CompiledModule {
  code: string;
  map: string;
  /** What it loads at its top, in order. */
  imports: string[];
  waits: boolean;
}

/** Compiles a module from beside the notebook, to CommonJS, whose exports others see as they change. */
export function compileModule(file: string, text: string, options: Compiler.CompilerOptions): CompiledModule {
  const imports: string[] = [];
  let isWaiting = false;
  const { outputText, sourceMapText = "{}" } = ts.transpileModule(text, {
    // By these endings the compiler would leave imports as they are.
    fileName: file.replace(/\.[cm]([jt]s)$/, ".$1"),
    compilerOptions: { ...options, module: ts.ModuleKind.CommonJS, sourceMap: true },
    transformers: {
      before: [
        (context) => (source) => {
          isWaiting = waits(source);
          return ts.visitEachChild(source, replacing(context, source, new Map()), context);
        },
      ],
      after: [
        () => (source) => {
          imports.push(...loadsOf(source));
          return source;
        },
        ...(engine.asksInLoops ? [stoppable(own)] : []),
      ],
    },
  });
  const head = `(${isWaiting ? "async " : ""}function (${[own, ...surroundings].join(", ")}) {`;
  const body = outputText.replace(/(?:^|\n)\/\/# sourceMappingURL=\S+\s*$/, "\n");
  return { code: `${head}\n${body}\n})`, map: sourceMapText, imports, waits: isWaiting };
}

/** What the statements of compiled code require as they are run, outside of functions. */
function loadsOf(source: Compiler.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: Compiler.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "require") {
      const [name] = node.arguments;
      if (node.arguments.length === 1 && ts.isStringLiteral(name)) found.push(name.text);
    }
    if (ts.isCallExpression(node)) node.arguments.forEach(visit);
  };
  for (const statement of source.statements) {
    if (ts.isExpressionStatement(statement)) visit(statement.expression);
    if (ts.isVariableStatement(statement))
      for (const { initializer } of statement.declarationList.declarations)
        if (initializer) visit(initializer);
  }
  return found;
}
