import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { tf } from "../../src/base/tensorflow";
import { answered, check, verdictHtml } from "../../src/exercises/check";
import { grade } from "../../src/exercises/grade";
import { exercises } from "../../src/exercises/questions";
import { defineTask } from "../../src/exercises/task";
import { tasks } from "../../src/exercises/tasks";
import { random } from "../../src/math/random";
import { arrayMethods, byChance, loops, typed } from "./correct";
import { samePages } from "./correctAssignments";

type M = number[][];
type Run = (...given: unknown[]) => unknown;

/** Those whose results are compared with the reference's; what is a page's task by another name stands here once. */
const all = Object.values(tasks)
  .filter(({ name, judge }) => judge === undefined && !(name in samePages))
  .map((task) => ({ name: task.name, task }));

const right = (count: number) => `Right. Your function agrees with the reference in all ${count} cases.`;

/** A function that does something to its arguments, and then what is right. */
const after =
  (run: Run, before: (given: unknown[]) => void): Run =>
  (...given) => {
    const result = run(...structuredClone(given));
    before(given);
    return result;
  };

describe.each(all)("$name", ({ name, task }) => {
  const reference = task.reference as Run;

  test.each([
    ["loops", loops[name]],
    ["array methods", arrayMethods[name]],
    ["typed arrays in single precision", (...given: never[]) => typed(loops[name](...given))],
  ])("right answers pass: %s", (_, answer) => {
    expect(grade(task, answer)).toEqual({ right: true, text: right(task.cases.length) });
  });

  test("right answers pass: any order of sums, 50 made by chance", () => {
    for (let seed = 0; seed < 50; seed++)
      expect(grade(task, byChance(name, seed)).text, `seed ${seed}`).toBe(right(task.cases.length));
  });

  test("right answers pass: one made in another realm", () => {
    const answer = runInNewContext(`(answer) => (...given) => answer(...given)`)(loops[name]);
    expect(grade(task, answer).right).toBe(true);
  });

  test("a record's entries may come as a list in their order", () => {
    const answer = (...given: never[]) => {
      const result = task.reference(...given);
      return typeof result === "object" && !Array.isArray(result) ? Object.values(result!) : result;
    };
    expect(grade(task, answer).right).toBe(true);
  });

  test("a number that is off in any place of any case does not pass", () => {
    const source = random(7);
    for (let k = 0; k < 30; k++) {
      const at = source.below(task.cases.length);
      let call = 0;
      const answer: Run = (...given) => {
        const text = JSON.stringify(reference(...given));
        if (call++ !== at) return JSON.parse(text);
        const numbers = [...text.matchAll(/-?\d+(\.\d+)?(e[+-]\d+)?/g)];
        const { index, 0: old } = numbers[source.below(numbers.length)];
        const other = Number(old) + 0.001 * (1 + Math.abs(Number(old)));
        return JSON.parse(text.slice(0, index) + other + text.slice(index + old.length));
      };
      const verdict = grade(task, answer);
      expect(verdict.right).toBe(false);
      expect(Object.values(verdict.shownBy!.input)).toEqual(task.cases[at]);
      expect(verdict.text).toMatch(/different one|must stay/);
    }
  });

  test("changed its input", () => {
    const firstList = task.cases[0].findIndex(Array.isArray);
    const changes: Record<string, (list: unknown[]) => void> = {
      "an entry": (list) => {
        if (Array.isArray(list[0])) list[0][0] = 17;
        else list[0] = 17;
      },
      "one more": (list) => list.push(0),
      "one less": (list) => list.pop(),
    };
    for (const [what, change] of Object.entries(changes)) {
      const verdict = grade(
        task,
        after(reference, (given) => change(given[firstList] as unknown[])),
      );
      expect(verdict, what).toMatchObject({ right: false, mistake: "changed its input" });
      expect(verdict.text, what).toContain(`changed its input: ${task.parameters[firstList]} was [`);
      expect(Object.values(verdict.shownBy!.input), what).toEqual(task.cases[0]);
    }
  });

  test.each<[string, (result: unknown) => unknown, RegExp]>([
    ["wrong shape", (result) => [result], /Wrong shape: .* must be .*, and is (a list|a matrix|lists)/],
    ["wrong shape", (result) => String(result), /Wrong shape: .* and is a string/],
    ["wrong shape", () => ({}), /Wrong shape: .* and is an object without entries|has no \w+/],
    ["wrong shape", () => null, /Wrong shape: .* and is null/],
    ["returned nothing", () => undefined, /The function returns nothing\. Is there a return/],
    ["returned a promise", (result) => Promise.resolve(result), /returns a promise.*without async/],
    ["returned a promise", () => Promise.reject(new Error("late")), /returns a promise/],
    ["returned a promise", () => runInNewContext("Promise.reject(new Error('late'))"), /returns a promise/],
  ])("%s (%#)", (mistake, change, says) => {
    const verdict = grade(task, (...given: unknown[]) => change(reference(...given)));
    expect(verdict).toMatchObject({ right: false, mistake });
    expect(verdict.text.split("\n")[0]).toMatch(says);
  });

  test("a number that is none, where no mistake is known to make it", () => {
    const broken = (value: unknown): unknown =>
      typeof value === "number"
        ? Number.NaN
        : Array.isArray(value)
          ? value.map(broken)
          : value && Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, broken(entry)]));
    const verdict = grade(task, (...given: unknown[]) => broken(reference(...given)));
    expect(verdict).toMatchObject({ right: false, mistake: "NaN" });
    expect(verdict.text).toMatch(/The result holds NaN\. It comes from 0 \/ 0/);
  });

  test("functions that throw, in this realm or another", () => {
    const thrower = runInNewContext("(row) => row[7][0]");
    for (const answer of [(row: M) => row[7][0], thrower]) {
      const verdict = grade(task, answer);
      expect(verdict).toMatchObject({ right: false, mistake: "threw an error" });
      expect(verdict.text).toMatch(/throws in this case: TypeError: .*undefined.*does each index run over/);
    }
    expect(
      grade(task, () => {
        throw "no";
      }).text,
    ).toMatch(/throws in this case: 'no'\./);
    expect(
      grade(task, function again(): unknown {
        return again();
      }).text,
    ).toMatch(/calls itself without an end/);
  });

  test("no answer, and an answer that is no function", () => {
    expect(grade(task, undefined).text).toBe(
      `No answer yet. ${task.statement}\nWrite ${task.signature}, and check it again.`,
    );
    expect(grade(task, 5).text).toMatch(/^The answer is a function, .*; this is 5\. Hand over its name/);
  });
});

test("right answers pass: tensors", () => {
  const answers: Record<string, Run> = {
    "02 predict": (...[x, w, b]) =>
      tf.dot(tf.tensor1d(x as number[]), tf.tensor1d(w as number[])).add(b as number),
    "04 cofi cost": (...[X, W, b, Y, R, lambda]) =>
      tf.tidy(() => {
        const [tX, tW, tY, tR] = [X, W, Y, R].map((rows) => tf.tensor2d(rows as M));
        const e = tX
          .matMul(tW, false, true)
          .add(tf.tensor1d(b as number[]))
          .sub(tY)
          .mul(tR);
        const penalty = tX
          .square()
          .sum()
          .add(tW.square().sum())
          .mul((lambda as number) / 2);
        return e.square().sum().div(2).add(penalty);
      }),
    "04 cofi gradient": (...[X, W, b, Y, R, lambda]) =>
      tf.tidy(() => {
        const [tX, tW, tY, tR] = [X, W, Y, R].map((rows) => tf.tensor2d(rows as M));
        const e = tX
          .matMul(tW, false, true)
          .add(tf.tensor1d(b as number[]))
          .sub(tY)
          .mul(tR);
        return {
          W: e.matMul(tX, true, false).add(tW.mul(lambda as number)),
          b: e.sum(0),
          X: e.matMul(tW).add(tX.mul(lambda as number)),
        };
      }),
  };
  for (const [name, answer] of Object.entries(answers))
    expect(grade(tasks[name], answer).text).toMatch(/^Right/);
});

test("loops over the wrong bounds are said to be so, whatever numbers came before", () => {
  const { "04 cofi cost": task } = tasks;
  const verdict = grade(task, (X: M, W: M, b: number[], Y: M) => {
    let J = 0;
    for (let i = 0; i < W.length; i++)
      for (let j = 0; j < X.length; j++) J += (X[i][0] * W[j][0] + b[j] - Y[i][j]) ** 2;
    return J;
  });
  expect(verdict.mistake).toBe("threw an error");
  expect(verdict.text).toMatch(/items over rows and users over columns/);
});

test("of a record, the entries that are right are told", () => {
  const { "04 cofi gradient": task } = tasks;
  const answer = (...given: never[]) => ({ ...(loops[task.name](...given) as object), b: given[2] });
  expect(grade(task, answer).text).toMatch(/^Not yet\. W and X are right, but b is a different one\./);
});

test("a mistake is named along with a changed input", () => {
  const { "02 user cost": task } = tasks;
  const wrong = task.mistakes[0].wrong as Run;
  const verdict = grade(
    task,
    after(wrong, (given) => (given[1] as number[]).fill(0)),
  );
  expect(verdict.mistake).toBe("forgot R");
  expect(verdict.text).toMatch(/Besides, the function changed its input: w was/);
});

describe("check", () => {
  const evil = `<img src=x onerror="alert('1')">`;

  test("takes numbers to questions, functions to tasks, and a task of one's own", () => {
    expect(answered("02 cost of Alice", 0.25).right).toBe(true);
    expect(answered("02 predict", loops["02 predict"]).right).toBe(true);
    const task = defineTask({ name: "double", reference: (x: number) => 2 * x, cases: [[1], [3]] });
    expect(answered(task, (x: number) => x + x)).toEqual({ right: true, text: right(2) });
    expect(answered(task, (x: number) => x + 1)).toMatchObject({
      right: false,
      text: "Not yet. The result is a different one. No mistake that is known here does that: work the case out by hand.\nThe smallest case that shows it:\n  argument 1 = 3\n  wanted 6\n  got 4",
    });
    expect(() => check("99", 1)).toThrow(/^exercise must be one of "00 sum", .*"A4 recommender", got "99"$/);
    expect(() => check("toString", 1)).toThrow(/^exercise must be one of/);
  });

  test("knows no name that is both a question's and a task's", () => {
    expect(Object.keys(tasks).filter((name) => name in exercises())).toEqual([]);
  });

  test("escapes whatever becomes HTML: names, errors, and what was returned", () => {
    const task = defineTask({
      name: evil,
      parameters: [evil],
      reference: (x: number) => ({ value: x }),
      cases: [[1]],
      mistakes: [{ name: evil, where: evil, wrong: (x: number) => ({ value: -x }) }],
    });
    const answers: Run[] = [
      (x) => ({ value: -(x as number) }),
      () => {
        throw new Error(evil);
      },
      () => evil,
      () => ({ [evil]: evil }),
      () => ({ value: 1, [evil]: 2 }),
      () => ({ value: evil }),
    ];
    for (const answer of answers) {
      const html = verdictHtml(grade(task, answer));
      expect(html).not.toContain("<img");
      expect(html.replace(/<\/?(p|pre)( style="[^"<>]*")?>/g, "")).not.toMatch(/[<>"']/);
    }
    expect(verdictHtml(grade(task, answers[0])).split("\n")).toHaveLength(4);
  });
});
