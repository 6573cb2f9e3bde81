// @module-tag slow

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code of cells holds templates.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, said } from "./kernelClient";

/** One kernel for the whole table: names are declared again and again, as they are in a notebook. */
let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** A case: its name, its cells, and what the last of them says. */
type Case = [name: string, cells: string[], wanted: string[]];

function table(title: string, cases: Case[]): void {
  describe(title, () => {
    test.each(cases)("%s", async (_name, cells, wanted) => {
      const [last, ...before] = [...cells].reverse();
      for (const code of before.reverse())
        expect((await kernel.execute(code)).reply, code).toMatchObject({ status: "ok" });
      expect(said((await kernel.execute(last)).outputs)).toEqual(
        wanted.map((text) => expect.stringMatching(text)),
      );
    });
  });
}

/** A text as a pattern that only it fits. */
const exactly = (text: string) => `^${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;
const gives = (value: string) => [exactly(`result: ${value}`)];
const prints = (...lines: string[]) => [exactly(`stdout: ${lines.join("\n")}\n`)];

const later =
  "const later = <T,>(value: T) => new Promise<T>((resume) => setTimeout(() => resume(value), 1));";

table("await at the top of a cell", [
  [
    "of an await in parentheses",
    [later, "const d = (await (await later({ json: async () => [1, 2] })).json()); d"],
    gives("[ 1, 2 ]"),
  ],
  [
    "of a response's body, as fetch gives it",
    [later, "const d = await (await later({ json: async () => 4 })).json(); d"],
    gives("4"),
  ],
  ["of a function that is called at once", ["await (async () => 5)()"], gives("5")],
  ["of an array", ["await [1, 2]"], gives("[ 1, 2 ]")],
  ["of an array literal's promises", [later, "await Promise.all([later(1), later(2)])"], gives("[ 1, 2 ]")],
  ["of a template", ["const t = await `a${1}`; t"], gives("'a1'")],
  [
    "of a tagged template",
    ["const tag = async (s: TemplateStringsArray) => s.join(); await tag`x`"],
    gives("'x'"),
  ],
  ["of a negation", ["await !0"], gives("true")],
  ["of a negative number", ["await -1"], gives("-1")],
  ["of a regular expression", ["(await /a+/).test('aa')"], gives("true")],
  ["over a line break", [later, "const z = await\n  later(7);\nz"], gives("7")],
  ["in the middle of an expression", [later, "1 + (await later(2)) * (await later(3))"], gives("7")],
  ["as an argument", [later, "Math.max(await later(2), await later(9))"], gives("9")],
  ["in a template's hole", [later, "`${await later('in')}side`"], gives("'inside'")],
  ["in an object", [later, "({ a: await later(1), [await later('b')]: 2 })"], gives("{ a: 1, b: 2 }")],
  ["in a condition", [later, "(await later(true)) ? 'yes' : 'no'"], gives("'yes'")],
  [
    "in if, while and switch",
    [
      later,
      "let n0 = 0; if (await later(true)) while (await later(n0 < 3)) n0++; switch (await later(n0)) { case 3: n0 += 10; } n0",
    ],
    gives("13"),
  ],
  [
    "in for await",
    ["async function* two() { yield 1; yield 2; }\nfor await (const k of two()) console.log(k);"],
    prints("1", "2"),
  ],
  [
    "in for await over promises",
    [later, "let sum0 = 0; for await (const k of [later(1), later(2)]) sum0 += k; sum0"],
    gives("3"),
  ],
  ["in the head of for…of", [later, "for (const k of await later([5])) console.log(k);"], prints("5")],
  [
    "in destructuring and its defaults",
    [
      later,
      "const { p0 = await later(3), q0 } = await later({ q0: 4 } as { p0?: number; q0: number }); [p0, q0]",
    ],
    gives("[ 3, 4 ]"),
  ],
  [
    "in try, catch and finally",
    [
      later,
      "try { await Promise.reject(new Error('no')); } catch { console.log(await later('caught')); } finally { console.log(await later('finally')); }",
    ],
    prints("caught", "finally"),
  ],
  ["of what throws", ["await Promise.reject(new RangeError('refused'))"], ["error: RangeError: refused"]],
  [
    "of a thenable",
    ["await ({ then(give: (value: number) => void) { give(8); } } as PromiseLike<number>)"],
    gives("8"),
  ],
  [
    "in what a class extends, and in its members' names",
    [
      later,
      "class Late extends (await later(class { base = 1; })) { [await later('named')]() { return 2; } } const l9 = new Late(); [l9.base, Object.getOwnPropertyNames(Late.prototype)]",
    ],
    gives("[ 1, [ 'constructor', 'named' ] ]"),
  ],
  [
    "in a function in a class's field",
    [later, "class Lazy { static data = (async () => await later(6))(); } await Lazy.data"],
    gives("6"),
  ],
  [
    "in a class's field itself is told, not run",
    ["class Wrong { static data = await Promise.resolve(1); }"],
    ["error: (SyntaxError|TypeScriptError): In"],
  ],
  [
    "with a name that only contains the word",
    ["const awaited = 1, myawait = 2; awaited + myawait"],
    gives("3"),
  ],
  ["in a comment and a string is none", ["// await x\nconst s0 = 'await y'; s0"], gives("'await y'")],
  [
    "of nothing but a name of an earlier cell",
    [`${later} const promised = later('kept');`, "await promised"],
    gives("'kept'"),
  ],
  [
    "with await using",
    [
      "class Res implements AsyncDisposable { async [Symbol.asyncDispose]() { console.log('closed'); } }",
      "await using res = new Res(); console.log('open');",
    ],
    prints("open", "closed"),
  ],
  [
    "several in a row, in order",
    [later, "const order: number[] = []; order.push(await later(1)); order.push(await later(2)); order"],
    gives("[ 1, 2 ]"),
  ],
  ["and a dynamic import", ["(await import('node:path')).basename('/a/b')"], gives("'b'")],
]);

table("one scope for all cells", [
  [
    "a function sees a later assignment",
    ["let lr = 0.1; const step = (w: number) => w - lr;", "lr = 0.5; step(1)"],
    gives("0.5"),
  ],
  [
    "and a later cell what the function assigns",
    ["let count = 0; function inc() { count++; }", "inc(); inc();", "count"],
    gives("2"),
  ],
  [
    "a variable that is declared again is another",
    [
      "let v1 = 1; const old = () => v1; const write = () => { v1 = 100; };",
      "let v1 = 'new';",
      "write(); [v1, old()]",
    ],
    gives("[ 'new', 100 ]"),
  ],
  [
    "const over let over class",
    ["let k1 = 1;", "const k1 = 'two';", "class k1 { three = 3; }", "new k1().three"],
    gives("3"),
  ],
  [
    "an empty list is filled in later cells",
    ["const hist = [];", "hist.push(1); hist.push('a');", "hist.length"],
    gives("2"),
  ],
  [
    "and read where it is filled",
    ["const rows = [];", "for (let k = 0; k < 3; k++) rows.push({ k });", "rows.map(({ k }) => k)"],
    gives("[ 0, 1, 2 ]"),
  ],
  [
    "a variable without a value is set later",
    ["let best: number | undefined;", "best = 4;", "best"],
    gives("4"),
  ],
  ["one without a type too", ["let free;", "free = 'text';", "free.length"], gives("4")],
  ["+=, ++ and -- of an earlier cell's", ["let m1 = 1;", "m1 += 4; m1++; --m1; m1 **= 2; m1"], gives("25")],
  [
    "&&=, ||= and ??=",
    ["let a2: number | undefined, b2 = 0, c2 = 1;", "a2 ??= 5; b2 ||= 6; c2 &&= 7; [a2, b2, c2]"],
    gives("[ 5, 6, 7 ]"),
  ],
  [
    "destructuring into earlier names",
    [
      "let x2 = 1, y2 = 2; const o2 = { a: 0 };",
      "[x2, y2] = [y2, x2]; ({ a: o2.a, b: x2 = 9 } = { a: 3 } as { a: number; b?: number }); [x2, y2, o2.a]",
    ],
    gives("[ 9, 1, 3 ]"),
  ],
  [
    "shorthand of earlier names",
    ["const left = 1; let right = 2;", "({ left, right })"],
    gives("{ left: 1, right: 2 }"),
  ],
  [
    "shorthand as the target",
    [
      "let sh = 1, other = 2;",
      "({ sh, other = 5 } = { sh: 3 } as { sh: number; other?: number }); [sh, other]",
    ],
    gives("[ 3, 5 ]"),
  ],
  ["a loop over an earlier variable", ["let each: number;", "for (each of [1, 2, 3]); each"], gives("3")],
  [
    "var in blocks and loops",
    [
      "for (var i3 = 0; i3 < 3; i3++) { var inner3 = i3 * 2; }\nif (true) { var branch3 = 'b'; }",
      "[i3, inner3, branch3]",
    ],
    gives("[ 3, 4, 'b' ]"),
  ],
  [
    "var in try and in switch",
    ["try { var t3 = 1; } catch { var c3 = 2; }\nswitch (1) { case 1: var s3 = 5; }", "[t3, c3, s3]"],
    gives("[ 1, undefined, 5 ]"),
  ],
  [
    "let in blocks stays there",
    ["{ let hidden3 = 1; }", "typeof hidden3"],
    ["error: TypeScriptError: .*TS2304"],
  ],
  [
    "a name of a parameter is the parameter",
    ["const w4 = 1; const f4 = (w4: number) => w4 * 10;", "f4(2) + w4"],
    gives("21"),
  ],
  [
    "a name of an inner variable is the inner",
    ["const n4 = 'outer';", "(() => { const n4 = 'inner'; return n4; })() + n4"],
    gives("'innerouter'"),
  ],
  [
    "names of members are not variables",
    ["const size = 1;", "({ size: 2, get: () => ({ size: 3 }) }).get().size + [1].map((size) => size)[0]"],
    gives("4"),
  ],
  [
    "a label and a variable of one name",
    ["let mark = 0;", "mark: for (;;) { mark++; break mark; } mark"],
    gives("1"),
  ],
  [
    "typeof an earlier name, as value and as type",
    ["const t5 = { a: 1 };", "const u5: typeof t5 = { a: 2 }; typeof t5 + u5.a"],
    gives("'object2'"),
  ],
  [
    "a function called before its place",
    ["const r5 = hoisted5(); function hoisted5() { return 'up'; }", "r5 + hoisted5()"],
    gives("'upup'"),
  ],
  [
    "functions that call each other",
    [
      "function even(n: number): boolean { return n === 0 || odd(n - 1); }\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1); }",
      "even(10)",
    ],
    gives("true"),
  ],
  [
    "overloads",
    [
      "function over(a: string): string; function over(a: number): number; function over(a: unknown) { return a; }",
      "over('x').length + over(2)",
    ],
    gives("3"),
  ],
  [
    "a generator goes on in later cells",
    [
      "let limit6 = 2; function* counting() { for (let k = 0; k < limit6; k++) yield k; } const g6 = counting();",
      "limit6 = 3; [...g6]",
    ],
    gives("[ 0, 1, 2 ]"),
  ],
  [
    "a timer sees and changes the variables",
    [
      "let ticks = 0; const timer7 = setInterval(() => { ticks++; }, 1);",
      "await new Promise((resume) => setTimeout(resume, 30)); clearInterval(timer7); ticks > 1",
    ],
    gives("true"),
  ],
  [
    "a closure in a loop has its own",
    [
      "const fs7: (() => number)[] = []; for (let k = 0; k < 3; k++) fs7.push(() => k);",
      "fs7.map((f) => f())",
    ],
    gives("[ 0, 1, 2 ]"),
  ],
  [
    "this of a function is undefined, of a method its object",
    [
      "function self(this: unknown) { return this; } const o8 = { self };",
      "[self() === undefined, o8.self() === o8]",
    ],
    gives("[ true, true ]"),
  ],
  [
    "arguments of a function that an earlier cell has",
    ["function all9() { return arguments.length; }", "all9.call(null)"],
    gives("0"),
  ],
  [
    "a tagged template of an earlier cell",
    ["const raw10 = (s: TemplateStringsArray, ...v: number[]) => s.raw.join('|') + v;", "raw10`a${1}b`"],
    gives("'a|b1'"),
  ],
  [
    "names with __, $ and letters of all scripts",
    ["const __a = 1, $b = 2, ñandú = 3, λ = 4, __proto = 5;", "[__a, $b, ñandú, λ, __proto]"],
    gives("[ 1, 2, 3, 4, 5 ]"),
  ],
  [
    "export before a declaration, and a list",
    ["export const e11 = 1; const f11 = 2; export { f11 };", "e11 + f11"],
    gives("3"),
  ],
  ["export default", ["export default class Main { n = 1; }", "new Main().n"], gives("1")],
  ["a cell that failed keeps what it had made", ["let made12 = 0;", "made12"], gives("0")],
  [
    "names of functions and classes",
    [
      "const arrow13 = () => 1; const Named13 = class {}; const fn13 = function () {};",
      "[arrow13.name, Named13.name, fn13.name]",
    ],
    gives("[ 'arrow13', 'Named13', 'fn13' ]"),
  ],
  ["the last values", ["6 * 7", "_ + 1"], gives("43")],
  ["a semicolon behind the last value", ["5;;"], gives("5")],
  ["a cell of comments", ["// nothing\n/* at all */"], []],
  [
    "a leading doc comment with a tag does not skip the cell",
    ["/** @browser */\nconsole.log('ran')"],
    prints("ran"),
  ],
  [
    "nor one with a module's name",
    ["/** @module cost */\nconst inModule = 1; console.log('ran')", "inModule"],
    gives("1"),
  ],
  ["nor one that is a note on the cell", ["/**\n * @node\n * @license none\n */\n1 + 1"], gives("2")],
  [
    '"use strict" and a shebang',
    ["'use strict';\nconst st = (function (this: unknown) { return this; })(); st"],
    [],
  ],
  [
    "a statement that could go on with the line before",
    ["const q14 = 1\nconst f14 = (x: number) => x\nf14(2)", "q14\n;[1].length"],
    gives("1"),
  ],
  [
    "a call at the start of a line after a name",
    ["let z15 = 0; const inc15 = () => { z15++ }", "const y15 = z15\ninc15()\nz15"],
    gives("1"),
  ],
  [
    "using closes at the end of its cell",
    [
      "class R16 implements Disposable { [Symbol.dispose]() { console.log('closed'); } }",
      "using r16 = new R16(); const also16 = 3; console.log('open');",
    ],
    prints("open", "closed"),
  ],
  [
    "and what stands beside it lives on",
    [
      "using r17 = { [Symbol.dispose]() {} }; const also17 = 3; class C17 { n = also17; } function f17() { return new C17().n; }",
      "f17() + also17",
    ],
    gives("6"),
  ],
]);

table("classes, enums, namespaces", [
  [
    "a class extends one of an earlier cell",
    [
      "class Base20 { constructor(readonly name: string) {} hello() { return `I am ${this.name}`; } }",
      "class Sub20 extends Base20 { override hello() { return super.hello() + '!'; } } new Sub20('x').hello()",
    ],
    gives("'I am x!'"),
  ],
  ["instanceof over cells", ["class A21 {} const a21 = new A21();", "a21 instanceof A21"], gives("true")],
  [
    "a class that is declared again is another",
    [
      "class A22 { n = 1; } const a22 = new A22();",
      "class A22 { n = 'two'; }",
      "[a22 instanceof A22, new A22().n, a22.n]",
    ],
    gives("[ false, 'two', 1 ]"),
  ],
  [
    "private members, accessors, static blocks",
    [
      "class P23 { #n = 1; static made = 0; static { P23.made = 5; } get n() { return this.#n; } set n(v) { this.#n = v * P23.made; } static has(o: object) { return #n in o; } }",
      "const p23 = new P23(); p23.n = 2; [p23.n, P23.has(p23), P23.has({})]",
    ],
    gives("[ 10, true, false ]"),
  ],
  [
    "parameter properties and abstract classes",
    [
      "abstract class S24 { constructor(protected w: number) {} abstract area(): number; }",
      "class Q24 extends S24 { area() { return this.w ** 2; } } new Q24(3).area()",
    ],
    gives("9"),
  ],
  [
    "a static member refers to its class",
    ["class T25 { static one = new T25(1); constructor(readonly k: number) {} }", "T25.one.k"],
    gives("1"),
  ],
  [
    "generic classes keep their types",
    [
      "class Box26<T> { constructor(readonly value: T) {} map<U>(f: (v: T) => U) { return new Box26(f(this.value)); } }",
      "new Box26(2).map((n) => n.toFixed(1)).value.length",
    ],
    gives("3"),
  ],
  [
    "the type of a private class",
    [
      "const hidden27 = new (class { private secret = 1; open() { return this.secret; } })();",
      "hidden27.open()",
    ],
    gives("1"),
  ],
  [
    "enums, both ways",
    ["enum Color28 { Red, Green = 5, Blue }", "[Color28.Blue, Color28[5], Color28.Red]"],
    gives("[ 6, 'Green', 0 ]"),
  ],
  [
    "const enums and enums of strings",
    ["const enum C29 { A = 3 } enum S29 { Up = 'UP' }", "C29.A + S29.Up"],
    gives("'3UP'"),
  ],
  [
    "a namespace lives on",
    ["namespace N30 { export const a = 1; export function f() { return a + 1; } }", "N30.f() + N30.a"],
    gives("3"),
  ],
  [
    "a namespace goes on in a later cell",
    ["namespace N31 { export const a = 1; }", "namespace N31 { export const b = 2; }", "N31.a + N31.b"],
    gives("3"),
  ],
  [
    "and sees what it has already",
    ["namespace N32 { export const a = 1; }", "namespace N32 { export const b = a + 1; }", "N32.b"],
    gives("2"),
  ],
  [
    "run again, it begins anew",
    ["namespace N33 { export let a = 1; }", "N33.a = 5;", "namespace N33 { export let a = 1; }", "N33.a"],
    gives("1"),
  ],
  [
    "a namespace in a namespace",
    ["namespace A34.B { export const c = 1; } namespace A34.B { export const d = 2; }", "A34.B.c + A34.B.d"],
    gives("3"),
  ],
  [
    "a namespace adds to a function",
    ["function f35() { return f35.calls; } namespace f35 { export let calls = 7; }", "f35()"],
    gives("7"),
  ],
  [
    "a namespace adds to an earlier cell's class",
    ["class K36 { n = 1; }", "namespace K36 { export const make = () => new K36(); }", "K36.make().n"],
    gives("1"),
  ],
  [
    "import = gives a name to a part",
    [
      "namespace L37 { export namespace M { export const deep = 4; } }",
      "import D37 = L37.M; D37.deep",
      "D37.deep + 1",
    ],
    gives("5"),
  ],
  [
    "a namespace of types alone",
    ["namespace T38 { export interface P { x: number } }", "const p38: T38.P = { x: 1 }; p38.x"],
    gives("1"),
  ],
  [
    "declare global",
    [
      "declare global { var shared39: number; interface Array<T> { second39(): T } } globalThis.shared39 = 4; Array.prototype.second39 = function () { return this[1]; };",
      "shared39 + [1, 2].second39()",
    ],
    gives("6"),
  ],
  [
    "declare module for what has no types",
    [
      "declare module 'untyped-40' { export function f(): number; }",
      "import type { f } from 'untyped-40'; const g40: typeof f = () => 3; g40()",
    ],
    gives("3"),
  ],
  [
    "declare const for what is there already",
    ["(globalThis as { there41?: number }).there41 = 3;", "declare const there41: number;", "there41 + 1"],
    gives("4"),
  ],
  [
    "standard decorators",
    [
      "function twice42<T>(f: (this: T) => number, _context: ClassMethodDecoratorContext) { return function (this: T) { return 2 * f.call(this); }; }",
      "class D42 { @twice42 n() { return 4; } } new D42().n()",
    ],
    gives("8"),
  ],
  [
    "a decorator of a class, with arguments",
    [
      "const tagged43 = (tag: string) => <C extends abstract new (...args: never[]) => object>(target: C, _: ClassDecoratorContext) => { Object.assign(target, { tag }); };",
      "@tagged43('t') class E43 {} (E43 as unknown as { tag: string }).tag",
    ],
    gives("'t'"),
  ],
  [
    "satisfies, as const and assertions",
    [
      "const conf44 = { a: [1, 2], b: 'x' } as const satisfies Record<string, unknown>;",
      "conf44.a[1] + conf44!.b.length",
    ],
    gives("3"),
  ],
  [
    "JSX where the cell says so",
    [
      "const h = (tag: string, props: object | null, ...rest: unknown[]): string => `<${tag} ${JSON.stringify(props)}>${rest.join('')}`;",
      '/** @jsx h */\nconst el45 = <b id="x">text {1 + 1}</b>; el45',
    ],
    gives('\'<b {"id":"x"}>text 2\''),
  ],
  [
    "symbols, iterators and getters of earlier objects",
    ["const it46 = { *[Symbol.iterator]() { yield* [1, 2]; }, get g() { return 3; } };", "[...it46, it46.g]"],
    gives("[ 1, 2, 3 ]"),
  ],
  [
    "optional chains over cells",
    ["const opt47: { f?: () => { n: number } } | undefined = { f: () => ({ n: 1 }) };", "opt47?.f?.()?.n"],
    gives("1"),
  ],
  [
    "new of an earlier class with a spread",
    [
      "class V48 { constructor(public a: number, public b: number) {} } const args48 = [1, 2] as const;",
      "new V48(...args48)",
    ],
    gives("V48 { a: 1, b: 2 }"),
  ],
]);

table("types over cells", [
  [
    "interfaces and aliases",
    [
      "interface P50 { x: number } type Q50 = P50 & { y: string };",
      "const q50: Q50 = { x: 1, y: 'a' }; q50.y",
    ],
    gives("'a'"),
  ],
  [
    "a type and a value of one name, in two cells",
    [
      "type T51 = { n: number };",
      "const T51 = { of: (n: number): T51 => ({ n }) };",
      "const t51: T51 = T51.of(2); t51.n",
    ],
    gives("2"),
  ],
  [
    "a type that is declared again is another",
    ["interface I52 { a: number }", "interface I52 { b: string }", "const i52: I52 = { b: 'x' }; i52.b"],
    gives("'x'"),
  ],
  [
    "the type of an earlier value is its own, not its text",
    [
      "const f53 = <T extends { id: number }>(rows: T[]) => new Map(rows.map((row) => [row.id, row]));",
      "f53([{ id: 1, name: 'a' }]).get(1)?.name.length",
    ],
    gives("1"),
  ],
  [
    "unique symbols",
    ["const key54: unique symbol = Symbol('k'); const o54 = { [key54]: 5 };", "o54[key54]"],
    gives("5"),
  ],
  [
    "discriminated unions",
    [
      "type Shape55 = { kind: 'c'; r: number } | { kind: 's'; w: number }; const area55 = (s: Shape55) => s.kind === 'c' ? 3 * s.r : s.w;",
      "area55({ kind: 'c', r: 2 })",
    ],
    gives("6"),
  ],
  [
    "a wrong type is told before anything runs",
    ["const n56 = 1;", "console.log('ran'); const s56: string = n56;"],
    ["^error: TypeScriptError: In \\[\\d+\\], line 1: TS2322: Type 'number'"],
  ],
  ["assigning another type to an earlier let", ["let l57 = 1;", "l57 = 'text';"], ["TS2322"]],
  [
    "assigning to an earlier const",
    ["const c58 = 1;", "c58 = 2;"],
    ["TS2588: Cannot assign to 'c58' because it is a constant"],
  ],
  ["an unknown name", ["nowhere59"], ["TS2304: Cannot find name 'nowhere59'"]],
  ["a typing slip gets a proposal", ["const weights60 = [1];", "weihgts60"], ["Did you mean 'weights60'"]],
  [
    "null where there may be none",
    ["const find61 = (): { n: number } | undefined => undefined;", "find61().n"],
    ["TS2532|TS18048"],
  ],
  ["the language of this Node", ["[3, 1, 2].toSorted().with(0, 9).findLast((n) => n > 1)"], gives("3")],
  [
    "Node's own types",
    [
      "import { readFileSync } from 'node:fs'; import util from 'util'; typeof readFileSync + typeof util.inspect + typeof process.version",
    ],
    gives("'functionfunctionstring'"),
  ],
  ["@ts-nocheck, for a whole cell", ["// @ts-nocheck\nconst any62: string = 5; any62 + 1"], gives("6")],
  [
    "@ts-expect-error, for a line",
    ["// @ts-expect-error on purpose\nconst any63: string = 5; any63"],
    gives("5"),
  ],
  ["and its absence of an error is one", ["// @ts-expect-error nothing here\nconst fine64 = 5;"], ["TS2578"]],
  [
    "unused names are none of its business",
    ["const unused65 = 1; import { join } from 'node:path';", "join('a', 'b')"],
    gives("'a/b'"),
  ],
  [
    "a syntax error is told by its place",
    ["const a66 = 1;\nconst = 2;"],
    ["error: SyntaxError: In \\[\\d+\\], line 2: TS1134"],
  ],
  ["return at the top", ["return 1;"], ["TS1108"]],
  ["two declarations of one name in one cell", ["const d67 = 1; const d67 = 2;"], ["TS2451"]],
  ["use before the declaration, in one cell", ["d68; const d68 = 1;"], ["TS2448"]],
  [
    "a property of an error",
    [
      "try { throw new Error('x'); } catch (error) { if (error instanceof Error) console.log(error.message); }",
    ],
    prints("x"),
  ],
  [
    "narrowing of an earlier union",
    [
      "const u69: string | number = Math.random() > 2 ? 'a' : 1;",
      "if (typeof u69 === 'number') console.log(u69.toFixed(1));",
    ],
    prints("1.0"),
  ],
]);

table("imports", [
  [
    "named, default, all, renamed, over cells",
    [
      "import fs1, { existsSync, readFileSync as read1 } from 'node:fs'; import * as path1 from 'node:path';",
      "[typeof fs1.statSync, typeof existsSync, typeof read1, path1.extname('a.ts')]",
    ],
    gives("[ 'function', 'function', 'function', '.ts' ]"),
  ],
  [
    "an imported name is read where a function uses it",
    ["import { basename } from 'node:path'; const last70 = (p: string) => basename(p);", "last70('/x/y')"],
    gives("'y'"),
  ],
  ["import = require", ["import path71 = require('node:path');", "path71.sep.length"], gives("1")],
  ["require", ["const os72 = require('node:os');", "typeof os72.cpus"], gives("'function'")],
  [
    "only types",
    [
      "import type { Stats } from 'node:fs'; import { type Dirent } from 'node:fs';",
      "const none73: Stats | Dirent | undefined = undefined; none73 === undefined",
    ],
    gives("true"),
  ],
  [
    "the project",
    ["import { cost, lecture } from 'cofi';", "const l74 = lecture(); [typeof cost, l74.ratings.numItems]"],
    gives("[ 'function', 5 ]"),
  ],
  [
    "tslab",
    ["import * as tslab from 'tslab';", "Object.keys(tslab).sort().join()"],
    gives("'display,newDisplay,versions'"),
  ],
  [
    "a package that its exports lead to",
    ["import { strToU8 } from 'fflate/node';", "strToU8('a').length"],
    gives("1"),
  ],
  [
    "an ES module that can only be imported",
    [
      "import { tmpdir } from 'node:os'; import { writeFileSync } from 'node:fs'; import { pathToFileURL } from 'node:url'; writeFileSync(tmpdir() + '/cofi-esm.mjs', 'export const late = await Promise.resolve(3);');",
      "(await import(pathToFileURL(tmpdir() + '/cofi-esm.mjs').href)).late",
    ],
    gives("3"),
  ],
  [
    "import.meta",
    ["import.meta.url.startsWith('file:') && import.meta.dirname === process.cwd()"],
    gives("true"),
  ],
  [
    "__dirname and __filename",
    ["__dirname === process.cwd() && __filename.startsWith(__dirname)"],
    gives("true"),
  ],
  [
    "JSON with an attribute, at run time",
    ["(await import('../package.json')).default.name"],
    gives("'cofi'"),
  ],
  ["assigning to an imported name", ["import { sep } from 'node:path'; sep = 'x';"], ["TS2632|TS2539"]],
  ["a module that is not there", ["import { x } from './nowhere75';"], ["TS2307"]],
  ["an export that is not there", ["import { nothing76 } from 'node:path';"], ["TS2305"]],
]);

describe("a cell that fails on its way", () => {
  const run = async (code: string) => said((await kernel.execute(code)).outputs);

  test("keeps what it had made, functions, classes and types, and leaves what was there of the rest", async () => {
    await run("const rest = 'before'; let counter = 1;");
    await run(
      "const made = 5; function done() { return made; } interface Shape { n: number } counter = 2; class Known {} throw new Error('half-way'); const rest = 'after'; class Unknown {}",
    );
    expect(await run("const s: Shape = { n: done() }; [s.n, rest, counter, typeof Known]")).toEqual([
      "result: [ 5, 'before', 2, 'function' ]",
    ]);
    expect((await run("Unknown")).join()).toContain("Cannot find name 'Unknown'");
  });

  test("after an await, in a loop, in destructuring", async () => {
    await run(
      "const early = await Promise.resolve(1); for (var at = 0; at < 5; at++) if (at === 3) throw new Error('at 3');",
    );
    expect(await run("[early, at]")).toEqual(["result: [ 1, 3 ]"]);
    await run(
      "const { left99, right99 } = { left99: 1, get right99(): number { throw new Error('no right'); } };",
    );
    expect((await run("right99")).join()).toContain("Cannot find name 'right99'");
  });

  test("because of its types has declared nothing", async () => {
    await run("interface Gone { a: number } const gone: string = 1;");
    expect((await run("gone as Gone")).join()).toContain("Cannot find name");
  });
});

test("Out holds the values by the numbers of their cells", async () => {
  const { reply } = await kernel.execute("'kept by number'");
  expect(said((await kernel.execute(`Out[${reply.execution_count}]`)).outputs)).toEqual([
    "result: 'kept by number'",
  ]);
});

// The last one: from here on the names are no longer Node's.
table("names that Node gives", [
  [
    "names of CommonJS",
    ["const exports = 1, require = 2, module = 3;", "exports + require + module"],
    gives("6"),
  ],
]);
