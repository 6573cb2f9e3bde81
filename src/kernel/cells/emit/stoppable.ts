import { type Compiler, ts } from "../compiler/typescript";
import { engine } from "./engine";

/**
 * Makes compiled code that has a `finally` one that an interrupt can leave through it. What stops any other code ends
 * it where it stands, without a turn for `finally`; so in such a cell each loop asks, once a turn, whether it was
 * interrupted, and each `await` inside the `try` ends with the interrupt. Where the engine can't do that much, each
 * loop of any cell asks, and each `await` goes on where it was.
 *
 * @param own The name of the object that has `turn`, which throws once an interrupt came, `wait`, which rejects, and,
 * where they are needed, `place` and `goOn`.
 */
export function stoppable(own: string): Compiler.TransformerFactory<Compiler.SourceFile> {
  return (context) => (file) => {
    if (!engine.asksInLoops && !hasFinally(file)) return file;
    const { factory } = context;

    function call(name: string, ...given: Compiler.Expression[]): Compiler.CallExpression {
      const member = factory.createPropertyAccessExpression(factory.createIdentifier(own), name);
      return factory.createCallExpression(member, undefined, given);
    }

    /** Where all loops ask, most turns only count: `if (--own.left < 0) own.turn();`. */
    function countedTurn(): Compiler.Statement {
      const left = factory.createPropertyAccessExpression(factory.createIdentifier(own), "left");
      const count = factory.createPrefixUnaryExpression(ts.SyntaxKind.MinusMinusToken, left);
      return factory.createIfStatement(
        factory.createLessThan(count, factory.createNumericLiteral(0)),
        factory.createExpressionStatement(call("turn")),
      );
    }

    /** The body of a loop, with the question before it. */
    function asking(body: Compiler.Statement): Compiler.Statement {
      const turn = engine.asksInLoops ? countedTurn() : factory.createExpressionStatement(call("turn"));
      const statements = ts.isBlock(body) ? body.statements : [body];
      return ts.setTextRange(factory.createBlock([turn, ...statements], ts.isBlock(body)), body);
    }

    function awaiting(node: Compiler.AwaitExpression, inTry: boolean): Compiler.Expression {
      const waiting = inTry ? factory.updateAwaitExpression(node, call("wait", node.expression)) : node;
      if (!engine.tellsAtAwaits) return waiting;
      return ts.setTextRange(call("goOn", call("place"), waiting), node);
    }

    function visitor(inTry: boolean): Compiler.Visitor {
      const visit = (node: Compiler.Node): Compiler.Node => {
        if (ts.isFunctionLike(node) && inTry) return ts.visitEachChild(node, visitor(false), context);
        if (ts.isTryStatement(node) && node.finallyBlock)
          return factory.updateTryStatement(
            node,
            ts.visitNode(node.tryBlock, visitor(true)) as Compiler.Block,
            ts.visitNode(node.catchClause, visitor(true)) as Compiler.CatchClause | undefined,
            ts.visitNode(node.finallyBlock, visit) as Compiler.Block,
          );
        const visited = ts.visitEachChild(node, visit, context);
        if (ts.isAwaitExpression(visited)) return awaiting(visited, inTry);
        if (ts.isWhileStatement(visited))
          return factory.updateWhileStatement(visited, visited.expression, asking(visited.statement));
        if (ts.isDoStatement(visited))
          return factory.updateDoStatement(visited, asking(visited.statement), visited.expression);
        if (ts.isForStatement(visited)) {
          const { initializer, condition, incrementor, statement } = visited;
          return factory.updateForStatement(visited, initializer, condition, incrementor, asking(statement));
        }
        if (ts.isForInStatement(visited)) {
          const { initializer, expression, statement } = visited;
          return factory.updateForInStatement(visited, initializer, expression, asking(statement));
        }
        if (ts.isForOfStatement(visited)) {
          const { awaitModifier, initializer, expression, statement } = visited;
          return factory.updateForOfStatement(
            visited,
            awaitModifier,
            initializer,
            expression,
            asking(statement),
          );
        }
        return visited;
      };
      return visit;
    }

    return ts.visitEachChild(file, visitor(false), context);
  };
}

function hasFinally(node: Compiler.Node): boolean {
  if (ts.isTryStatement(node) && node.finallyBlock) return true;
  return ts.forEachChild(node, (child) => hasFinally(child) || undefined) ?? false;
}
