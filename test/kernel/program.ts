/** Writes random programs of which every statement only uses what the ones before it declare. */
export function randomProgram(choices: readonly number[]): string[] {
  return new Writer(choices).program();
}

type Kind =
  | "number"
  | "constant"
  | "list"
  | "function"
  | "async"
  | "class"
  | "object"
  | "generator"
  | "space";

class Writer {
  private readonly names: { name: string; kind: Kind }[] = [];
  private at = 0;
  private made = 0;

  constructor(private readonly choices: readonly number[]) {}

  program(): string[] {
    const statements: string[] = [];
    while (this.at < this.choices.length) statements.push(this.statement());
    statements.push(`console.log(${this.numbers().join(", ") || "0"});`);
    return statements;
  }

  /** The next choice, below a bound; zero where there are no more. */
  private next(bound: number): number {
    return (this.choices[this.at++] ?? 0) % bound;
  }

  private pick<T>(values: readonly T[]): T {
    return values[this.next(values.length)];
  }

  private fresh(kind: Kind): string {
    const name = `${kind[0]}${this.made++}`;
    this.names.push({ name, kind });
    return name;
  }

  private of(...kinds: Kind[]): string[] {
    return this.names.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  }

  private numbers(): string[] {
    return this.of("number", "constant");
  }

  /** A number; `await` may only stand where `waits` says so. */
  private number(depth = 2, waits = true): string {
    const sub = () => this.number(depth - 1, waits);
    const from = (names: string[], write: (name: string) => string) =>
      names.length > 0 ? write(this.pick(names)) : String(this.next(20));
    if (depth === 0) return from(this.numbers(), (name) => name);
    switch (this.next(14)) {
      case 0:
        return String(this.next(100) - 50);
      case 1:
        return from(this.numbers(), (name) => name);
      case 2:
        return `(${sub()} ${this.pick(["+", "-", "*"])} ${sub()}) % 1009`;
      case 3:
        return from(this.of("function"), (name) => `${name}(${sub()})`);
      case 4:
        return from(this.of("list"), (name) => `(${name}[${this.next(4)}] ?? ${sub()})`);
      case 5:
        return from(this.of("list"), (name) => `${name}.reduce((sum, each) => (sum + each) % 997, ${sub()})`);
      case 6:
        return `(${sub()} > ${sub()} ? ${sub()} : ${sub()})`;
      case 7:
        return from(this.of("object"), (name) => `${name}.add(${sub()})`);
      case 8:
        return from(this.of("class"), (name) => `new ${name}(${sub()}).add(${name}.made)`);
      case 9:
        return waits ? from(this.of("async"), (name) => `(await ${name}(${sub()}))`) : sub();
      case 10:
        return from(this.of("number"), (name) => `(${name} = ${sub()})`);
      case 11:
        return from(this.of("generator"), (name) => `[...${name}(${this.next(4)})].length`);
      case 12:
        return from(this.of("space"), (name) => `${name}.grow(${sub()})`);
      default:
        return `((a: number, b = ${this.number(depth - 1, false)}) => a - b)(${sub()})`;
    }
  }

  private body(waits = true): string {
    const lets = this.of("number");
    const target = lets.length > 0 ? this.pick(lets) : undefined;
    switch (target === undefined ? 3 : this.next(4)) {
      case 0:
        return `${target} = ${this.number(2, waits)};`;
      case 1:
        return `${target}${this.pick(["++", "--", " += 3", " ^= 5"])};`;
      case 2:
        return `{ const ${target} = ${this.next(9)}; console.log("inner", ${target}); }`;
      default:
        return `console.log(${this.number(2, waits)});`;
    }
  }

  private statement(): string {
    switch (this.next(24)) {
      case 0: {
        const value = this.number();
        return `let ${this.fresh("number")}: number = ${value};`;
      }
      case 1: {
        const value = this.number();
        return `const ${this.fresh("constant")}: number = ${value};`;
      }
      case 2: {
        const value = this.number();
        return `var ${this.fresh("number")}: number = ${value};`;
      }
      case 3: {
        const values = [this.number(), this.number()];
        return `const ${this.fresh("list")}: number[] = [${values}];`;
      }
      case 4: {
        const [a, b] = [this.number(), this.number()];
        return `let [${this.fresh("number")}, ${this.fresh("number")} = ${a}]: number[] = [${b}];`;
      }
      case 5: {
        const [a, b] = [this.number(), this.number()];
        const first = this.fresh("number");
        return `let { ${first}, q: ${this.fresh("number")} } = { ${first}: ${a}, q: ${b} };`;
      }
      case 6: {
        const [work, value] = [this.body(false), this.number(2, false)];
        return `function ${this.fresh("function")}(a: number): number { ${work} return (a + ${value}) % 1013; }`;
      }
      case 7: {
        const value = this.number(2, false);
        return `const ${this.fresh("function")} = (a: number): number => a * 2 - ${value};`;
      }
      case 8: {
        const [work, value] = [this.body(), this.number()];
        return `async function ${this.fresh("async")}(a: number): Promise<number> { ${work} await null; return a - ${value}; }`;
      }
      case 9:
        return this.classOf();
      case 10: {
        const [value, name] = [this.number(), this.of("class")];
        return name.length > 0
          ? `const ${this.fresh("object")} = new ${this.pick(name)}(${value});`
          : this.body();
      }
      case 11: {
        const value = this.number(1, false);
        return `function* ${this.fresh("generator")}(n: number): Generator<number> { for (let k = 0; k < n; k++) yield k + ${value}; }`;
      }
      case 12: {
        const value = this.number(1, false);
        return `namespace ${this.fresh("space")} { let size = ${this.next(9)}; export function grow(by: number): number { size = (size + by + ${value}) % 499; return size; } }`;
      }
      case 13:
        return `if (${this.number()} > ${this.number()}) { ${this.body()} } else { ${this.body()} }`;
      case 14:
        return `for (let k = 0; k < ${this.next(4)}; k++) { ${this.body()} }`;
      case 15: {
        const work = this.body();
        return `for (var ${this.fresh("number")} = 0; ${this.names.at(-1)?.name} < ${this.next(4)}; ${this.names.at(-1)?.name}++) { ${work.includes(`${this.names.at(-1)?.name} `) ? "" : work} }`;
      }
      case 16: {
        const lists = this.of("list");
        return lists.length > 0
          ? `for (const each of ${this.pick(lists)}) { console.log("each", each); ${this.body()} }`
          : this.body();
      }
      case 17: {
        const lists = this.of("list");
        return lists.length > 0 ? `${this.pick(lists)}.push(${this.number()});` : this.body();
      }
      case 18: {
        const lets = this.of("number");
        return lets.length > 1
          ? `[${this.pick(lets)}, ${this.pick(lets)}] = [${this.number(1)}, ${this.number(1)}];`
          : this.body();
      }
      case 19:
        return `try { ${this.body()} if (${this.number()} > 20) throw new RangeError("over"); ${this.body()} } catch (error) { console.log((error as Error).message); } finally { ${this.body()} }`;
      case 20:
        return `for await (const each of [Promise.resolve(${this.number()}), ${this.number()}]) { console.log("awaited", each); }`;
      case 21:
        return `switch (${this.number()} % 3) { case 0: { ${this.body()} break; } case 1: { ${this.body()} break; } default: { ${this.body()} } }`;
      case 22: {
        const work = this.number(1, false);
        return `const ${this.fresh("constant")}: number = [0, 1, 2].map((k) => () => k + ${work}).reduce((sum, f) => sum + f(), 0);`;
      }
      default:
        return this.next(6) === 0
          ? `if (${this.number()} > 40) throw new TypeError("stopped");`
          : `console.log(${this.number()}, ${this.number()});`;
    }
  }

  private classOf(): string {
    const [work, value] = [this.body(false), this.number(2, false)];
    const bases = this.of("class");
    const base = bases.length > 0 && this.next(2) === 0 ? this.pick(bases) : undefined;
    const name = this.fresh("class");
    if (base)
      return `class ${name} extends ${base} { override add(b: number): number { ${work} return super.add(b) - ${value}; } }`;
    return `class ${name} { static made = 0; #n: number; constructor(n: number) { this.#n = n; ${name}.made++; } add(b: number): number { ${work} this.#n = (this.#n + b + ${value}) % 701; return this.#n; } }`;
  }
}
