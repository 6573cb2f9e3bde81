/** A thread of a crew: takes blocks and does them until there is no more work. */
import { workerData } from "node:worker_threads";
import { instantiate } from "./kernels";
import { Claims } from "./schedule";
import type { CrewWork } from "./workers";

const work = workerData as CrewWork;
const { steps, thread } = work;
const kernels = instantiate(work.module, work.memory);
const claims = new Claims(work.control);
const blocksOf = (step: number) => steps[step].bounds.length - 1;

for (let step = claims.next(blocksOf); step >= 0; step = claims.next(blocksOf)) {
  const { kernel, bounds, args } = steps[step];
  const blocks = blocksOf(step);
  for (let block = claims.take(step, blocks); block >= 0; block = claims.take(step, blocks)) {
    kernels[kernel](bounds[block], bounds[block + 1], ...args, thread);
    claims.finish(blocks);
  }
}
