/** Checks an answer in place: a number to a question of the notebooks, a function to a task. */
import { checkOneOf } from "../base/check";
import { notebook } from "../platform/notebook";
import { colours, escaped } from "../show/figure";
import { countAsDone } from "./course";
import { grade, type Verdict } from "./grade";
import { exercises, verdict } from "./questions";
import type { Task } from "./task";
import { tasks } from "./tasks";

/**
 * Checks an answer to an exercise, and says what is right or wrong about it: below the cell in a notebook, on the
 * console elsewhere.
 *
 * A question's answer is a number. A task's is a function: it is run on the task's cases, and where it fails, the
 * mistake is named when its results show a known one, with the smallest case that shows it, the result wanted and the
 * one got. A function without a line in it is no answer yet.
 *
 * In a notebook, what is right counts as done in `course()`.
 *
 * @param exercise The name of one of the notebooks' questions or tasks, or a task of one's own from `defineTask`.
 * @throws RangeError for a name that is neither a question's nor a task's.
 */
export function check(exercise: string | Task, answer: unknown): void {
  const said = answered(exercise, answer);
  if (said.right && notebook() && typeof exercise === "string") countAsDone(exercise);
  say(said);
}

/** What there is to say to an answer to a question or a task. */
export function answered(exercise: string | Task, given: unknown): Verdict {
  const answer = isUnwritten(given) ? undefined : given;
  if (typeof exercise !== "string") return grade(exercise, answer);
  const questions = exercises();
  checkOneOf("exercise", exercise, [...Object.keys(questions), ...Object.keys(tasks)]);
  return exercise in tasks ? grade(tasks[exercise], answer) : verdict(questions, exercise, answer);
}

/** Whether it is a function whose body holds nothing but comments: the place for an answer. */
function isUnwritten(answer: unknown): boolean {
  if (typeof answer !== "function") return false;
  const code = Function.prototype.toString.call(answer).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  return /\)\s*(?:=>\s*)?\{\s*\}$/.test(code.trim());
}

function say({ right, text }: Pick<Verdict, "right" | "text">): void {
  const display = notebook();
  if (!display) {
    console.log(text);
    return;
  }
  display(
    { data: { "text/html": verdictHtml({ right, text }), "text/plain": text }, metadata: {}, transient: {} },
    false,
  );
}

/** The verdict as a paragraph, and the case that shows it below, in the lines and columns of its text. */
export function verdictHtml({ right, text }: Pick<Verdict, "right" | "text">): string {
  const [first, ...lines] = text.split("\n");
  const style = `border-left: 4px solid ${right ? colours.green : colours.vermilion}; padding: 2px 12px`;
  const rest =
    lines.length === 0
      ? ""
      : `<pre style="${style}; white-space: pre-wrap">${lines.map(escaped).join("\n")}</pre>`;
  return `<p style="${style}">${escaped(first)}</p>${rest}`;
}
