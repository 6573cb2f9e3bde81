import { type BoundFile, type Compiler, ts } from "../compiler/typescript";
import type { Reference } from "../scope/names";
import { stoppable } from "./stoppable";
import { waits } from "./syntax";

/** The name of what a compiled cell or module finds its surroundings in; no reader writes it by accident. */
export const own = "ꞏ";

/** How compiled code names the slot of a variable of another cell. */
export const slotName = (name: string): string => `${own}${name}`;

/** What a compiled piece of code says of other cells' variables, as the reader wrote it. */
export function asWritten(text: string): string {
  if (!text.includes(own)) return text;
  return text
    .replace(/\(0 ?, ?ꞏ([\p{ID_Continue}$]+)\.v\)/gu, "$1")
    .replace(/ꞏ([\p{ID_Continue}$]+)\.v\b/gu, "$1");
}

export interface Emitted {
  code: string;
  map: string;
}

/** What every cell finds besides its own: as a CommonJS module does. */
export const surroundings = ["require", "module", "exports", "__filename", "__dirname"];

/**
 * Compiles a checked cell to JavaScript: a function that is given its surroundings and gives the cell's own, whose
 * code starts in its second line. Imports and exports are gone; what is imported and what other cells declared is
 * read and written in slots; `import()` and `import.meta` come from the surroundings.
 *
 * @param options.end Where the cell's own text ends; what stands behind it is not compiled.
 * @param options.references What stands for slots, by its places.
 * @param options.variables What the cell declares: it hands out a slot for each before anything else.
 * @param options.merged The namespaces that go on with an earlier cell's.
 * @param options.parameters The names whose slots the cell is given.
 * @param options.factories Those among them that the compiler writes as they are, for elements of JSX.
 */
export function emit(
  file: BoundFile,
  options: {
    program: Compiler.Program;
    end: number;
    references: ReadonlyMap<number, Reference>;
    variables: ReadonlyMap<string, { assignable: boolean }>;
    merged: readonly string[];
    parameters: readonly string[];
    factories: readonly string[];
  },
): Emitted {
  const { variables, merged, parameters, factories } = options;
  const written = { code: "", map: "{}" };
  options.program.emit(
    file,
    (name, text) => {
      if (name.endsWith(".map")) written.map = text;
      else written.code = text;
    },
    undefined,
    false,
    { before: [cellTransformer(options)], after: [withoutMarker, stoppable(own)] },
  );
  const slots = [...variables].map(
    ([name, { assignable }]) =>
      `${JSON.stringify(name)}: { get v() { return ${name}; }${assignable ? `, set v(${own}) { ${name} = ${own}; }` : ""} }`,
  );
  const begin = [
    '"use strict";',
    slots.length > 0 ? `${own}.declare({ ${slots.join(", ")} });` : "",
    ...merged.map((name) => `var ${name} = ${slotName(name)}.v;`),
    ...factories.map((name) => `const ${name} = ${slotName(name)}.v;`),
  ];
  const head = `(function (${[own, ...parameters.map(slotName), ...surroundings].join(", ")}) { return (`;
  const body = written.code.replace(/(?:^|\n)\/\/# sourceMappingURL=\S+\s*$/, "\n");
  return {
    code: `${head}${waits(file) ? "async " : ""}function () { ${begin.join(" ")}\n${body}\n}); })`,
    map: written.map,
  };
}

type Transformer = Compiler.TransformerFactory<Compiler.SourceFile>;

function cellTransformer(options: {
  end: number;
  references: ReadonlyMap<number, Reference>;
  variables: ReadonlyMap<string, unknown>;
}): Transformer {
  const { end, references, variables } = options;
  return (context) => (file) => {
    const { factory } = context;
    const replace = replacing(context, file, references, variables);
    const own = file.statements.filter((statement) => statement.getStart(file) < end);
    const last = [...own].reverse().find((statement) => !ts.isEmptyStatement(statement));
    const statements = own.flatMap((statement): Compiler.Statement[] => {
      if (isOnlyModular(statement)) return [];
      const visited = ts.visitNode(withoutExport(statement, factory), replace) as Compiler.Statement;
      return [
        statement === last && ts.isExpressionStatement(visited) ? keepResult(visited, factory) : visited,
      ];
    });
    return factory.updateSourceFile(file, statements);
  };
}

/** The value of the last statement, if it is an expression, is what the cell gives. */
function keepResult(
  statement: Compiler.ExpressionStatement,
  factory: Compiler.NodeFactory,
): Compiler.Statement {
  const place = factory.createPropertyAccessExpression(factory.createIdentifier(own), "result");
  const value = ts.setTextRange(
    factory.createParenthesizedExpression(statement.expression),
    statement.expression,
  );
  return ts.setTextRange(
    factory.createExpressionStatement(factory.createAssignment(place, value)),
    statement,
  );
}

/** Replaces what is not to be evaluated as it stands. */
export function replacing(
  context: Compiler.TransformationContext,
  file: Compiler.SourceFile,
  references: ReadonlyMap<number, Reference>,
  variables: ReadonlyMap<string, unknown> = new Map(),
): Compiler.Visitor {
  const { factory } = context;

  function slotOf(node: Compiler.Node): Compiler.PropertyAccessExpression | undefined {
    if (!ts.isIdentifier(node) || node.pos < 0) return undefined;
    const reference = references.get(node.getStart(file));
    if (reference === undefined) return undefined;
    const access =
      "slot" in reference ? path([slotName(reference.slot), "v"]) : path([...reference.memberOf, node.text]);
    return ts.setOriginalNode(ts.setTextRange(access, node), node);
  }

  function path([first, ...rest]: string[]): Compiler.PropertyAccessExpression {
    return rest.reduce<Compiler.Expression>(
      (object, name) => factory.createPropertyAccessExpression(object, name),
      factory.createIdentifier(first),
    ) as Compiler.PropertyAccessExpression;
  }

  /** `import name = A.b` is a variable that is read once. */
  function importedPart(node: Compiler.ImportEqualsDeclaration): Compiler.Node {
    const value = (name: Compiler.EntityName): Compiler.Expression =>
      ts.isIdentifier(name)
        ? (slotOf(name) ?? factory.createIdentifier(name.text))
        : factory.createPropertyAccessExpression(value(name.left), name.right.text);
    const reference = node.moduleReference as Compiler.EntityName;
    const variable = factory.createVariableDeclaration(
      node.name.text,
      undefined,
      undefined,
      value(reference),
    );
    return factory.createVariableStatement(undefined, [variable]);
  }

  /** A function that is called without an object: `(0, slot.v)(…)`, for the slot must not become its `this`. */
  function callee(node: Compiler.Expression): Compiler.Expression | undefined {
    const slot = slotOf(node);
    if (slot === undefined) return undefined;
    const pair = factory.createComma(factory.createNumericLiteral(0), slot);
    // The call is where the name stands, not behind it.
    ts.setEmitFlags(slot, ts.EmitFlags.NoTrailingSourceMap);
    const called = ts.setTextRange(factory.createParenthesizedExpression(pair), node);
    return ts.setEmitFlags(called, ts.EmitFlags.NoTrailingSourceMap);
  }

  function visit(node: Compiler.Node): Compiler.Node {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
    if (ts.isCallExpression(node)) {
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return importCall(node);
      const called = callee(node.expression);
      if (called)
        return factory.updateCallExpression(
          node,
          called,
          node.typeArguments,
          ts.visitNodes(node.arguments, visit) as typeof node.arguments,
        );
    }
    if (ts.isTaggedTemplateExpression(node)) {
      const tag = callee(node.tag);
      if (tag)
        return factory.updateTaggedTemplateExpression(
          node,
          tag,
          node.typeArguments,
          ts.visitNode(node.template, visit) as typeof node.template,
        );
    }
    if (ts.isShorthandPropertyAssignment(node)) {
      const slot = slotOf(node.name);
      const fallback = ts.visitNode(node.objectAssignmentInitializer, visit) as
        | Compiler.Expression
        | undefined;
      if (slot)
        return factory.createPropertyAssignment(
          factory.createIdentifier(node.name.text),
          fallback ? factory.createAssignment(slot, fallback) : slot,
        );
    }
    if (ts.isImportEqualsDeclaration(node) && node.parent === file && variables.has(node.name.text))
      return importedPart(node);
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
      return factory.createPropertyAccessExpression(factory.createIdentifier(own), "meta");
    return slotOf(node) ?? ts.visitEachChild(node, visit, context);
  }

  function importCall(node: Compiler.CallExpression): Compiler.Node {
    const load = factory.createPropertyAccessExpression(factory.createIdentifier(own), "import");
    return factory.updateCallExpression(
      node,
      load,
      undefined,
      ts.visitNodes(node.arguments, visit) as typeof node.arguments,
    );
  }

  return visit;
}

/** The compiler marks what was a module and has no imports left by an empty export. */
const withoutMarker: Transformer = (context) => (file) =>
  context.factory.updateSourceFile(
    file,
    file.statements.filter((statement) => !ts.isExportDeclaration(statement)),
  );

/** Whether a statement only says what comes from or goes to other modules. */
function isOnlyModular(statement: Compiler.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference))
  );
}

/** `export` means nothing between cells: all that a cell declares at its top is there for the next. */
function withoutExport(statement: Compiler.Statement, factory: Compiler.NodeFactory): Compiler.Statement {
  if (ts.isExportAssignment(statement))
    return ts.setTextRange(factory.createExpressionStatement(statement.expression), statement);
  if (!ts.canHaveModifiers(statement)) return statement;
  const all = statement.modifiers as Compiler.NodeArray<Compiler.ModifierLike> | undefined;
  if (!all?.some(isExport)) return statement;
  const rest = all.filter((modifier) => !isExport(modifier));
  if (ts.isFunctionDeclaration(statement) && statement.name === undefined) {
    const { asteriskToken, typeParameters, parameters, type, body } = statement;
    const kept = rest as Compiler.Modifier[];
    return factory.createExpressionStatement(
      factory.createFunctionExpression(
        kept,
        asteriskToken,
        undefined,
        typeParameters,
        parameters,
        type,
        body!,
      ),
    );
  }
  if (ts.isClassDeclaration(statement) && statement.name === undefined) {
    const { typeParameters, heritageClauses, members } = statement;
    return factory.createExpressionStatement(
      factory.createClassExpression(rest, undefined, typeParameters, heritageClauses, members),
    );
  }
  return factory.replaceModifiers(statement as never, rest as never) as Compiler.Statement;
}

function isExport({ kind }: Compiler.Node): boolean {
  return kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword;
}
