// @module-tag slow
import { execFile, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { inRoot } from "../../commands/project/project.mjs";
import { submissionOf, type ToyNotebook, toySource, wrongPredict } from "./toy";

vi.setConfig({ testTimeout: 300_000 });

const main = inRoot("commands", "main.mjs");
const place = mkdtempSync(join(tmpdir(), "cofi course é "));
const folder = join(place, "my course");
const inCourse = (...parts: string[]) => join(folder, ...parts);

/** Runs one of the course's commands from the place, as a reader does who types relative paths. */
function course(...args: string[]): Promise<{ status: number; output: string }> {
  return courseWith({}, ...args);
}

function courseWith(own: NodeJS.ProcessEnv, ...args: string[]): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, INIT_CWD: place, NO_COLOR: "1", ...own };
    execFile(process.execPath, [main, "course", ...args], { env }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

const right = submissionOf(() => {});
const forgotR = submissionOf(({ cost }) => {
  cost.source = cost.source.replace("if (r[i] === 1) ", "");
});
/** The test of predict is another, flagged as none; that of userCost is gone. */
const tampered = submissionOf(({ predict, "test-predict": own }, notebook) => {
  predict.source = wrongPredict;
  own.source = "console.log('passed')";
  Object.assign(own.metadata.nbgrader ?? {}, { grade: false, solution: true, locked: false, points: 50 });
  notebook.cells.pop();
});

const textOf = (notebook: ToyNotebook) => strToU8(JSON.stringify(notebook));

const marks = () =>
  readFileSync(inCourse("export", "marks.csv"), "utf8")
    .trim()
    .split("\r\n")
    .map((line) => line.split(","));

beforeAll(async () => {
  expect((await course("init", "my course")).status).toBe(0);
  mkdirSync(inCourse("source", "toy"), { recursive: true });
  writeFileSync(inCourse("source", "toy", "toy.ipynb"), JSON.stringify(toySource()));
  expect(await course("release", "my course", "toy")).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("a course", () => {
  test("hands out neither solutions nor hidden tests", () => {
    const released = readFileSync(inCourse("release", "toy", "toy.ipynb"), "utf8");
    expect(released).not.toMatch(/SOLUTION|HIDDEN|examine\(|reduce/);
    const { cells } = JSON.parse(released);
    const source = (id: string) => cells.find((cell: { id: string }) => cell.id === id).source.join("");
    expect(source("predict")).toContain('  throw new Error("Write this, then run the cell.");\n}');
    expect(source("test-predict").trim()).toBe('check("02 predict", predict);');
  });

  test("collects what a learning platform hands out, and keeps names apart", async () => {
    const files = {
      "smithanna_111_9001_toy.ipynb": textOf(right),
      "smithanna_222_9002_toy.ipynb": textOf(forgotR),
      "smithanna_222_9003_toy-1.ipynb": textOf(right),
      "jonesben_LATE_333_9004_My solution.ipynb": textOf(tampered),
      "../../escape_444_9005_toy.ipynb": textOf(right),
      "doecarl_555_9006_toy.ipynb": strToU8("not a notebook"),
      "__MACOSX/._doecarl_555_9006_toy.ipynb": strToU8("x"),
    };
    writeFileSync(join(place, "handed in.zip"), zipSync(files));
    const collected = await course("collect", "my course", "toy", "handed in.zip");
    expect(collected.output).toContain("smithanna_222: toy.ipynb");
    expect(readdirSync(inCourse("submitted")).filter((name) => /^[a-z]+_\d+$/.test(name))).toEqual([
      "doecarl_555",
      "jonesben_333",
      "smithanna_111",
      "smithanna_222",
    ]);
    expect(readdirSync(place).sort()).toEqual(["handed in.zip", "my course"]);
    for (const other of readdirSync(inCourse("submitted")))
      if (!/^[a-z]+_\d+$/.test(other)) rmSync(inCourse("submitted", other), { recursive: true });

    const moodle = join(place, "moodle", "Eva Müller_77_assignsubmission_file_");
    mkdirSync(moodle, { recursive: true });
    writeFileSync(join(moodle, "toy.ipynb"), JSON.stringify(forgotR));
    writeFileSync(join(moodle, "notes.txt"), "mine");
    expect(await course("collect", "my course", "toy", "moodle")).toMatchObject({ status: 0 });
    expect(existsSync(inCourse("submitted", "Eva Müller_77", "toy", "notes.txt"))).toBe(true);
  });

  test("grades on where it was killed, and tells of what it could not grade", async () => {
    const begun = spawn(process.execPath, [main, "course", "grade", folder, "toy", "--at-once", "1"]);
    const recorded = () =>
      existsSync(inCourse(".cofi", "judged", "toy"))
        ? readdirSync(inCourse(".cofi", "judged", "toy"), { recursive: true }).filter((name) =>
            String(name).endsWith("recorded"),
          ).length
        : 0;
    while (recorded() === 0 && begun.exitCode === null) await sleep(50);
    begun.kill("SIGKILL");
    const before = recorded();
    expect(before).toBeLessThan(4);

    const { status, output } = await course("grade", "my course", "toy");
    expect(output).toContain(`${before} of 5 are graded already.`);
    expect(output).toMatch(/NOT GRADED doecarl_555: .*must be a notebook, got a text that is not JSON/);
    expect(status).toBe(1);
  });

  test("gives the marks that each must get", async () => {
    expect(await course("export", "my course")).toMatchObject({ status: 0 });
    const [head, ...rows] = marks();
    expect(head).toEqual(["student", "toy (of 5)", "toy: test-predict (of 2)", "toy: test-cost (of 3)"]);
    expect(rows).toEqual([
      ["Eva Müller_77", "2", "2", "0"],
      ["jonesben_333", "0", "0", "0"],
      ["smithanna_111", "5", "2", "3"],
      ["smithanna_222", "5", "2", "3"],
    ]);
  });

  test("hands results to Gradescope", () => {
    const file = inCourse("export", "gradescope", "toy", "Eva Müller_77", "results.json");
    const { score, tests } = JSON.parse(readFileSync(file, "utf8"));
    expect(score).toBe(2);
    expect(tests[1]).toMatchObject({ name: "test-cost", score: 0, max_score: 3, status: "failed" });
    expect(tests[1].output).toMatch(/^Not yet\. Forgot R\./);
  });

  test("leaves alone what is graded, and grades what was handed in anew", async () => {
    rmSync(inCourse("submitted", "doecarl_555"), { recursive: true });
    expect((await course("grade", "my course", "toy")).output).toContain("4 of 4 are graded already.");
    writeFileSync(inCourse("submitted", "jonesben_333", "toy", "toy.ipynb"), JSON.stringify(right));
    expect((await course("grade", "my course", "toy")).output).toMatch(/\[1\/1\] jonesben_333: 5 of 5/);
  });

  test("follows an assignment that changes: points at once, other cells by a word of the instructor's", async () => {
    const changed = (change: (cells: ToyNotebook["cells"]) => void) => {
      const { cells, ...rest } = toySource();
      change(cells);
      writeFileSync(inCourse("source", "toy", "toy.ipynb"), JSON.stringify({ ...rest, cells }));
    };
    const ofTest = (cells: ToyNotebook["cells"]) => cells.find(({ id }) => id === "test-predict")!;
    changed((cells) => Object.assign(ofTest(cells).metadata.nbgrader ?? {}, { points: 4 }));
    const { output } = await course("grade", "my course", "toy");
    expect(output).toMatch(/^toy is not released as it is now/m);
    expect(output).toMatch(/jonesben_333: 7 of 7/);
    expect(await course("export", "my course")).toMatchObject({ status: 0 });
    expect(marks()[0]).toEqual([
      ...["student", "toy (of 7)", "toy: test-predict (of 4)", "toy: test-cost (of 3)"],
    ]);

    changed((cells) => cells.splice(cells.indexOf(ofTest(cells)), 1));
    const refused = await course("grade", "my course", "toy");
    expect(refused.output).toMatch(
      /toy has other cells than when it was graded first.*db assignment remove toy/,
    );
    expect(refused.status).toBe(1);
    changed(() => {});
    expect(await course("grade", "my course", "toy")).toMatchObject({ status: 0 });
  });

  test("gives back pages that say what was wrong, and the class's marks as one", async () => {
    expect(await course("feedback", "my course", "toy")).toMatchObject({ status: 0 });
    const page = readFileSync(inCourse("feedback", "Eva Müller_77", "toy", "toy.html"), "utf8");
    expect(page).toContain("Not yet. Forgot R.");
    expect(page).toContain("Score: 2.0 / 5.0");
    expect(await course("marks", "my course", "toy")).toMatchObject({ status: 0 });
    const class_ = readFileSync(inCourse("marks-toy.html"), "utf8");
    expect(class_).toContain('<td class="n">1</td><td>forgot R</td>');
    expect(class_).not.toMatch(/Müller|smithanna/);
  });
});

describe("check, for a student alone", () => {
  beforeAll(() => {
    writeFileSync(
      join(place, "mine.ipynb"),
      JSON.stringify(forgotR).replaceAll(/\\n\/\/\/ BEGIN HIDDEN.*?END HIDDEN TESTS/g, ""),
    );
  });

  test("tells what the visible tests say", async () => {
    const { status, output } = await course("check", "mine.ipynb");
    expect(output).toContain(
      "test-predict: 2 of 2\n  Right. Your function agrees with the reference in all 5 cases.",
    );
    expect(output).toContain("test-cost: 0 of 3\n  Not yet. Forgot R.");
    expect(output).toContain("2 of 5 points");
    expect(status).toBe(0);
  });

  test.skipIf(process.platform !== "linux")(
    "says so where the system refuses the walls, and goes on",
    async () => {
      const refusing = join(place, "refusing");
      mkdirSync(refusing);
      writeFileSync(join(refusing, "setpriv"), "#!/bin/sh\necho not here >&2\nexit 1\n", { mode: 0o755 });
      const path = [refusing, process.env.PATH].join(delimiter);
      const { output } = await courseWith({ PATH: path }, "check", "mine.ipynb");
      expect(output).toMatch(/^Without walls: submissions run with your own rights here, .*\(not here\)\./m);
      expect(output).toContain("2 of 5 points");
    },
  );
});

test.each([
  [["nonsense"], "There is no course command nonsense."],
  [["grade"], "course grade takes FOLDER, NAME; got 0."],
  [["grade", "nowhere", "toy"], "is no course folder"],
  [["grade", "my course", "other"], "There is no assignment other"],
  [["grade", "my course", "toy", "--at-once", "0"], "--at-once must be a whole number from 1, got 0."],
  [["collect", "my course", "toy", "nothing.zip"], "There is no "],
  [["check", "nothing.ipynb"], "There is no file "],
])("%j says what is wrong", async (args, wanted) => {
  const { status, output } = await course(...args);
  expect(output).toContain(wanted);
  expect(status).toBe(1);
});

test("every command has help", async () => {
  const { output } = await course("--help");
  const names = [...output.matchAll(/course -- (\w+)/g)].map(([, name]) => name);
  expect(names).toEqual([
    "init",
    "release",
    "collect",
    "grade",
    "feedback",
    "export",
    "marks",
    "lab",
    "check",
  ]);
  for (const name of names)
    expect((await course(name, "--help")).output).toContain(`npm run course -- ${name}`);
});
