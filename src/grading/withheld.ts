/** What stands in the place of the checks in the process of a submission, where references have no place. */

/** The grader checks, in its own process: here nothing is told. */
export function check(): void {
  console.log("This is checked when the notebook is graded.");
}

export const examine = check;

export function grade(): { right: false; text: string } {
  return { right: false, text: "This is checked when the notebook is graded." };
}

export const defineTask = (options: object): object => ({ ...options });

export const tasks = {};
