/**
 * Magics: lines of a cell that are no TypeScript. `!npm i` runs a program, `%timeit f()` measures; `%help` lists them.
 *
 * They are looked for before the cell is compiled: a line counts that starts, without blanks before it, with `!` and
 * a name or a path, or with `%` and the name of a magic, where the code above it is complete. A line that starts with
 * `!` and the name of a variable stays TypeScript, as in `!done && f()`. A cell that starts with the directive
 * "use strict" has no magics.
 */

/** What is needed to tell magics from TypeScript. */
export interface Reading {
  /** Whether code could be run as it is. */
  isComplete(code: string): boolean;
  /** Whether there is a variable of that name. */
  isVariable(name: string): boolean;
}

/** How a magic is written in TypeScript: what stands in the place of its line, given what follows its name. */
const forms: Record<string, (rest: string) => string> = {
  time: (rest) => `${magics}.start(); ${bare(rest)}; ${magics}.stop();`,
  timeit: (rest) =>
    `await ${magics}.timeIt(${/\bawait\b/.test(rest) ? "async " : ""}() => { ${bare(rest)}; });`,
  who: () => `${magics}.who();`,
  cd: (rest) => `${magics}.cd(${JSON.stringify(rest)});`,
  help: () => `${magics}.help();`,
};

/** The functions that magics call, out of the way of a cell's own names. */
const magics = 'Reflect.get(globalThis, Symbol.for("cofi.magics"))';

const bare = (code: string): string => code.trim().replace(/;+$/, "");

/** A cell's code with each magic written in TypeScript, line for line. */
export function expandMagics(code: string, reading: Reading): string {
  return rewritten(code, reading, (line) =>
    line.startsWith("!")
      ? `await ${magics}.run(${JSON.stringify(line.slice(1).trim())});`
      : forms[magicName(line) as string](line.replace(/^%\w+\s*/, "")),
  );
}

/** A cell's code with magics blanked out: every place stays where it is. */
export function hideMagics(code: string, reading: Reading): string {
  return rewritten(code, reading, (line) =>
    /^%time(?:it)?\b/.test(line) ? line.replace(/^%\w+/, blank) : blank(line),
  );
}

const blank = (text: string): string => " ".repeat(text.length);

function rewritten(code: string, reading: Reading, write: (line: string) => string): string {
  if (!/^[!%]/m.test(code) || /^\s*(["'])use strict\1/.test(withoutComments(code))) return code;
  const lines = code.split("\n");
  const told: string[] = [];
  for (const line of lines) {
    const found = isMagic(line, code, reading) && reading.isComplete(told.join("\n"));
    told.push(found ? write(line) : line);
  }
  return told.join("\n");
}

function isMagic(line: string, code: string, { isVariable }: Reading): boolean {
  if (line.startsWith("%")) return magicName(line) !== undefined;
  const [, word] = /^!\s*([\w$.~/\\][^\s;|&<>()]*)/.exec(line) ?? [];
  if (word === undefined || /^(?:function|async|new|await|typeof|void)$/.test(word)) return false;
  const name = /^[A-Za-z_$][\w$]*/.exec(word)?.[0];
  if (name === undefined) return true;
  const declared = new RegExp(
    `\\b(?:const|let|var|function|class|import)\\b[^;=]*\\b${name.replaceAll("$", "\\$")}\\b`,
  );
  return !isVariable(name) && !declared.test(code.replace(line, ""));
}

/** The magic that a line is of, if there is one of that name. */
function magicName(line: string): string | undefined {
  const name = /^%(\w+)(?=\s|$)/.exec(line)?.[1];
  return name !== undefined && name in forms ? name : undefined;
}

/** Code from its first word on. */
function withoutComments(code: string): string {
  return code.replace(/^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)+/, "");
}
