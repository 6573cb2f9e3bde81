import { expect, test } from "vitest";
import { exercises as all, verdict } from "../../src/exercises/questions";

const exercises = all();

test.each(Object.entries(exercises))(
  "exercise %s: its answer passes, each typical mistake is told from others",
  (name, exercise) => {
    expect(verdict(exercises, name, exercise.answer)).toEqual({
      right: true,
      text: `Right. ${exercise.because}`,
    });
    expect(exercise.mistakes.length).toBeGreaterThanOrEqual(2);
    for (const { answer, message } of exercise.mistakes) {
      expect(verdict(exercises, name, answer)).toEqual({ right: false, text: `Not yet. ${message}` });
    }
    expect(verdict(exercises, name, -12345)).toEqual({ right: false, text: `Not yet. ${exercise.hint}` });
  },
);

test("no answer, an answer that is no number, and an unknown exercise are told apart", () => {
  expect(verdict(exercises, "01 unrated", undefined).text).toMatch(/^No answer yet/);
  expect(verdict(exercises, "01 unrated", "5").text).toBe("The answer is a number; this is '5'.");
  expect(() => verdict(exercises, "99", 1)).toThrow(/^exercise must be one of "00 sum", .*, got "99"$/);
});
