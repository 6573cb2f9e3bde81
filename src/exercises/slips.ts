/** Mistakes from one function with switches: each slip alone, and every two of them together. */
import { type Mistake, type Task, type TaskFunction, type TaskOptions, taskOf } from "./task";

/** Which slips a variant makes. */
export type Slips<Name extends string> = ReadonlySet<Name>;

/** A task whose mistakes are one function's slips. */
export interface SlipTaskOptions<F extends TaskFunction, Name extends string>
  extends Omit<TaskOptions<F>, "mistakes"> {
  /** The function with some slips made; with none it is right. */
  variant: (slips: Slips<Name>) => F;
  /** The slips: the name of the mistake, and where to look. Slips that a reader would call the same share a name. */
  slips: Readonly<Record<Name, readonly [name: string, where: string]>>;
}

/** The task with each slip as a mistake, and each two as one that is looked for when none alone is found. */
export function taskWithSlips<F extends TaskFunction, Name extends string>(
  options: SlipTaskOptions<F, Name>,
): Task {
  const { variant, slips, ...rest } = options;
  const keys = Object.keys(slips) as Name[];
  const mistakes = keys.map((key): Mistake<F> => {
    const [name, where] = slips[key];
    return { name, where, wrong: variant(new Set([key])) };
  });
  const combined = keys.flatMap((one, k) =>
    keys
      .slice(k + 1)
      .filter((other) => slips[one][0] !== slips[other][0])
      .map((other): Mistake<F> => {
        const [name, where] = slips[one];
        const [otherName, otherWhere] = slips[other];
        return {
          name: `${name}, and ${otherName}`,
          where: `${where} ${otherWhere}`,
          wrong: variant(new Set([one, other])),
        };
      }),
  );
  return { ...taskOf<F>({ ...rest, mistakes }), combined: combined as unknown as Task["combined"] };
}

/** Whether a variant leaves out a cell: a blank by R, by a zero in Y, or none. */
export function leavesOut(slips: ReadonlySet<string>, r: number, y: number): boolean {
  return slips.has("zeros") ? y === 0 : r !== 1 && !slips.has("rated");
}
