/** Submissions judged two at a time: the machine's cores are few, and most of a judgement is one process's work. */
import { type Judged, judge } from "../../src/grading/judge";
import type { Limits } from "../../src/grading/limits";
import type { Notebook } from "../../src/grading/notebook";

export interface Handed {
  source: Notebook;
  submitted: Notebook;
  limits?: Partial<Limits>;
}

/** The judgements of what was handed in, in its order. */
export async function judged(all: readonly Handed[], seed: number): Promise<Judged[]> {
  const results: Judged[] = [];
  const left = [...all.entries()];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [k, { source, submitted, limits }] = next;
      results[k] = await judge(source, submitted, { seed, ...(limits && { limits }) });
    }
  };
  await Promise.all([work(), work()]);
  return results;
}
