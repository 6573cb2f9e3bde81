import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFolder } from "../pages/replace.mjs";
import { Problem } from "../project/problem.mjs";
import { runSetup } from "../setup/setup.mjs";
import { Course, given } from "./folder.mjs";
import { nbgrader } from "./nbgrader.mjs";

export const help = `npm run course -- collect FOLDER NAME FROM

Takes in what was handed in for an assignment, to submitted/STUDENT/NAME. FROM is a folder or a zip with the files of a
learning platform: a folder for each student (as Moodle makes it), or files whose names say whose they are (Canvas,
Blackboard, Moodle, STUDENT_NAME.ipynb). The platform's number stays in a student's name, so that two of one name stay
apart. A notebook need not have kept its name. Whoever handed in before is replaced.

Without FROM it collects from nbgrader's exchange.`;

export const args = ["FOLDER", "NAME", "FROM?"];

/** What is taken of one file, and of all, in bytes: a zip may say little of how much is in it. */
const [mostOfFile, mostOfAll] = [5e7, 2e9];

export async function run([path, assignment, from]) {
  const course = new Course(path);
  course.checkAssignment(assignment);
  await runSetup();
  if (from === undefined) {
    await nbgrader(course, ["collect", assignment, "--update"]);
    console.log(`Collected: ${course.students(assignment).join(", ") || "nobody has handed in"}`);
    return 0;
  }
  const place = given(from);
  if (!existsSync(place)) throw new Problem(`There is no ${place}.`);
  const files = lstatSync(place).isDirectory() ? filesOfFolder(place) : await filesOfZip(place);
  const notebooks = course.notebooks(assignment);
  const students = [...byStudent(files, notebooks)].map(([student, own]) => ({
    student,
    ...chosen(own, notebooks),
  }));
  for (const { student, files: own, problem } of students) {
    if (problem) console.log(`NOT TAKEN ${student}: ${problem}`);
    else {
      put(course.submittedFolder(student, assignment), own);
      console.log(`${student}: ${own.map(({ name }) => name).join(", ")}`);
    }
  }
  const taken = students.filter(({ problem }) => problem === undefined).length;
  console.log(
    `${taken} handed in ${assignment}${taken < students.length ? `; ${students.length - taken} were not taken, see above` : ""}.`,
  );
  return taken === students.length ? 0 : 1;
}

/** The files below a folder, by their paths with "/"; links are left out. */
function filesOfFolder(root, prefix = "") {
  return readdirSync(join(root, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) return filesOfFolder(root, `${path}/`);
    return entry.isFile() ? [{ path, read: () => readFileSync(join(root, path)) }] : [];
  });
}

async function filesOfZip(file) {
  const { unzipSync } = await import("fflate");
  let total = 0;
  let content;
  try {
    content = unzipSync(readFileSync(file), {
      filter({ name, originalSize }) {
        if (originalSize > mostOfFile)
          throw new Problem(`${name} in ${file} is larger than ${mostOfFile / 1e6} MB.`);
        total += originalSize;
        if (total > mostOfAll) throw new Problem(`${file} holds more than ${mostOfAll / 1e9} GB.`);
        return !name.endsWith("/");
      },
    });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${file} must be a folder or a zip, and can't be read as one: ${error.message}`);
  }
  return Object.entries(content).map(([path, bytes]) => ({ path, read: () => bytes }));
}

/** How learning platforms say in a file's name whose it is, and what it is called. */
const namings = [
  // Moodle: "Anna Smith_12345_assignsubmission_file_name.ipynb", and folders of the same
  /^(?<who>.+_\d+)_assignsubmission_file_\/?(?<what>.+)$/,
  // Canvas: "smithanna_LATE_12345_67890_name.ipynb"
  /^(?<who>[^_/]+)(?:_LATE)?_(?<number>\d+)_\d+_(?<what>[^/]+)$/,
  // Blackboard: "Toy_anna_attempt_2026-11-29-10-00-00_name.ipynb"
  /^.*_(?<who>[^_/]+)_attempt_[\d-]+_?(?<what>[^/]+)$/,
  // a folder for each
  /^(?<who>[^/]+)\/(?<what>.+)$/,
];

/** The files by student. Where all lie in one folder that tells nothing, what lies in it counts. */
function byStudent(files, notebooks) {
  const clean = files.filter(({ path }) => !/(^|\/)(\.|__MACOSX)/.test(path));
  const tops = new Set(clean.map(({ path }) => path.split("/")[0]));
  const isWrapped =
    tops.size === 1 && clean.every(({ path }) => path.includes("/")) && !isOneStudents(clean, notebooks);
  const cut = isWrapped ? [...tops][0].length + 1 : 0;
  const students = new Map();
  const originals = new Map();
  for (const { path, read } of clean) {
    const { who, what } = ownerOf(path.slice(cut), notebooks);
    const student = apart(originals, who);
    students.set(student, [...(students.get(student) ?? []), { name: what, read }]);
  }
  return new Map([...students].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const isOneStudents = (files, notebooks) =>
  files.some(({ path }) => notebooks.includes(path.replace(/^[^/]+\//, "").replace(/\.ipynb$/, "")));

function ownerOf(path, notebooks) {
  for (const naming of namings) {
    const { who, number, what } = naming.exec(path)?.groups ?? {};
    if (who) return { who: number ? `${who}_${number}` : who, what };
  }
  // STUDENT_NAME.ipynb, or only the student's name.
  const bare = path.replace(/\.ipynb$/, "");
  const name = notebooks.find(
    (each) => bare.toLowerCase().endsWith(each.toLowerCase()) && bare.length > each.length,
  );
  const who = name === undefined ? bare : bare.slice(0, -name.length).replace(/[-_ ]+$/, "");
  return { who, what: name === undefined ? path : `${name}.ipynb` };
}

/** A student's name as that of a folder; no two students get one that any system takes for the same. */
function apart(originals, who) {
  const safe =
    who
      .normalize("NFC")
      .replace(/[^\p{L}\p{N}._@ -]/gu, "_")
      .replace(/^[. ]+|[. ]+$/g, "_") || "_";
  for (let k = 1; ; k++) {
    const name = k === 1 ? safe : `${safe}_${k}`;
    const key = name.toLowerCase();
    if (!originals.has(key)) originals.set(key, who);
    if (originals.get(key) === who) return name;
  }
}

/** A student's files, the notebooks under the names of the assignment's. */
function chosen(files, notebooks) {
  const own = files.filter(({ name }) => name.endsWith(".ipynb"));
  const others = files.filter(({ name }) => !name.endsWith(".ipynb"));
  if (own.length === 0) return { problem: "there is no notebook in what was handed in" };
  const named = notebooks.flatMap((name) => {
    const found = own
      .map((file) => ({ ...file, attempt: attemptOf(file.name, name) }))
      .filter(({ attempt }) => attempt !== undefined)
      .sort((one, other) => other.attempt - one.attempt);
    return found.length > 0 ? [{ name: `${name}.ipynb`, read: found[0].read }] : [];
  });
  if (named.length > 0) return { files: [...named, ...others] };
  if (own.length === 1 && notebooks.length === 1)
    return { files: [{ name: `${notebooks[0]}.ipynb`, read: own[0].read }, ...others] };
  return {
    problem: `which is it: ${own.map(({ name }) => name).join(", ")}? Name it ${notebooks.join(".ipynb, ")}.ipynb.`,
  };
}

/** Which attempt a file is at a notebook: "toy-2.ipynb" and "toy (2).ipynb" are the second beside "toy.ipynb". */
function attemptOf(file, name) {
  const bare = file
    .split("/")
    .at(-1)
    .replace(/\.ipynb$/, "");
  if (!bare.startsWith(name)) return undefined;
  const rest = bare.slice(name.length);
  const number = /^(?:[-_ ]?\(?(\d+)\)?)?$/.exec(rest);
  return number ? Number(number[1] ?? 0) : undefined;
}

/** Writes a submission, in the place of an earlier one. */
function put(folder, files) {
  const beside = `${folder}.${process.pid}.part`;
  try {
    for (const { name, read } of files) {
      const target = join(
        beside,
        ...name.split(/[/\\]/).filter((part) => part !== "" && !/^\.+$/.test(part)),
      );
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, read());
    }
    replaceFolder(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
