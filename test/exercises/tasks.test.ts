import { expect, test } from "vitest";
import { grade } from "../../src/exercises/grade";
import { tasks } from "../../src/exercises/tasks";

/** Every mistake that a task knows, and every two that it knows together. */
const known = Object.values(tasks).flatMap((task) =>
  task.mistakes.map((mistake, k) => ({ task, mistake, title: `${task.name}: ${mistake.name} (${k})` })),
);

test.each(known)("$title is named, and shown by the smallest case that shows it", ({ task, mistake }) => {
  const verdict = grade(task, mistake.wrong);
  expect(verdict.right).toBe(false);
  expect(verdict.mistake).toBe(mistake.name);
});
