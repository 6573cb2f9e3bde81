/** Mutants of a solution, in the manner of Stryker's mutators: one operator, literal, condition or statement is another. */
import ts from "typescript";

export interface Mutant {
  /** What was there, and what is there now. */
  change: string;
  code: string;
}

const others: Partial<Record<ts.SyntaxKind, readonly string[]>> = {
  [ts.SyntaxKind.PlusToken]: ["-"],
  [ts.SyntaxKind.MinusToken]: ["+"],
  [ts.SyntaxKind.AsteriskToken]: ["/"],
  [ts.SyntaxKind.SlashToken]: ["*"],
  [ts.SyntaxKind.AsteriskAsteriskToken]: ["*"],
  [ts.SyntaxKind.LessThanToken]: ["<=", ">="],
  [ts.SyntaxKind.GreaterThanToken]: [">=", "<="],
  [ts.SyntaxKind.GreaterThanEqualsToken]: [">", "<"],
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ["!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ["==="],
  [ts.SyntaxKind.AmpersandAmpersandToken]: ["||"],
  [ts.SyntaxKind.BarBarToken]: ["&&"],
  [ts.SyntaxKind.QuestionQuestionToken]: ["&&"],
  [ts.SyntaxKind.PlusEqualsToken]: ["-=", "="],
  [ts.SyntaxKind.MinusEqualsToken]: ["+=", "="],
};

/** Calls that are left out, or are others. */
const methods: Readonly<Record<string, string | undefined>> = {
  ...{
    filter: undefined,
    sort: undefined,
    slice: undefined,
    sum: undefined,
    square: undefined,
    mul: "div",
    div: "mul",
    add: "sub",
    sub: "add",
  },
  ...{ max: "min", abs: undefined, log1p: "log", adam: "sgd", exp: undefined, sqrt: undefined },
};

/** All mutants of the code between the marks of a solution. */
export function mutantsOf(code: string): Mutant[] {
  const [from, to] = ["BEGIN SOLUTION", "END SOLUTION"].map((mark) => code.indexOf(mark));
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  const found: Mutant[] = [];
  const put = (node: { getStart(): number; end: number }, text: string) => {
    const start = node.getStart();
    if (start < from || node.end > to) return;
    const line = code.slice(code.lastIndexOf("\n", start) + 1, code.indexOf("\n", start)).trim();
    found.push({
      change: `${code.slice(start, node.end)} → ${text === "" ? "nothing" : text} in ${line}`,
      code: code.slice(0, start) + text + code.slice(node.end),
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isBinaryExpression(node))
      for (const other of others[node.operatorToken.kind] ?? []) put(node.operatorToken, other);
    if (ts.isNumericLiteral(node))
      put(node, node.text === "0" ? "1" : node.text === "1" ? "0" : `${Number(node.text) + 1}`);
    if (ts.isPrefixUnaryExpression(node) && node.operator !== ts.SyntaxKind.PlusPlusToken)
      put(node, node.operand.getText());
    if (ts.isPostfixUnaryExpression(node)) put(node, `${node.operand.getText()}--`);
    if (ts.isConditionalExpression(node)) {
      put(node, node.whenTrue.getText());
      put(node, node.whenFalse.getText());
    }
    if (ts.isIfStatement(node)) for (const value of ["true", "false"]) put(node.expression, value);
    if (ts.isForStatement(node) && node.condition) put(node.condition, "false");
    if (ts.isExpressionStatement(node) || ts.isContinueStatement(node)) put(node, ";");
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression;
      if (name.text in methods) {
        const other = methods[name.text];
        if (other !== undefined) put(name, other);
        else put(node, expression.getText() === "Math" ? node.arguments[0].getText() : expression.getText());
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
