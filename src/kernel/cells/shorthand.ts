import type Compiler from "@tslab/typescript-for-tslab";

type Ts = typeof Compiler;

/** Makes programs write out short properties before tslab's own transformers see them. */
export function withShorthand<T extends Compiler.BuilderProgram>(
  ts: Ts,
  createProgram: Compiler.CreateProgram<T>,
): Compiler.CreateProgram<T> {
  return (...args) => {
    const program = createProgram(...args);
    const emit = program.emit.bind(program);
    program.emit = (file, write, token, onlyDeclarations, transformers) =>
      emit(file, write, token, onlyDeclarations, {
        ...transformers,
        after: [expandShorthand(ts, program), ...(transformers?.after ?? [])],
      });
    return program;
  };
}

/**
 * Writes `{ x }` out as `{ x: exports.x }` where `x` comes from an earlier cell. tslab's converter puts `exports.`
 * in front of such names, but passes over the short form, which would then fail with "x is not defined".
 */
function expandShorthand(
  ts: Ts,
  program: Compiler.BuilderProgram,
): Compiler.TransformerFactory<Compiler.SourceFile> {
  const checker = program.getProgram().getTypeChecker();

  function isEarlier(node: Compiler.ShorthandPropertyAssignment): boolean {
    const original = ts.getOriginalNode(node);
    const symbol = checker.getShorthandAssignmentValueSymbol(original);
    return (
      symbol?.declarations?.some((place) => place.getSourceFile().fileName.endsWith("/__prev__.d.ts")) ??
      false
    );
  }

  return (context) => {
    const { factory } = context;
    const visit = (node: Compiler.Node): Compiler.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isShorthandPropertyAssignment(visited) || !isEarlier(visited)) return visited;
      const { text } = visited.name;
      const value = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), text);
      const fallback = visited.objectAssignmentInitializer;
      return factory.createPropertyAssignment(
        text,
        fallback ? factory.createAssignment(value, fallback) : value,
      );
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
