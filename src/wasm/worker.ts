/** A thread of a worker pool: takes blocks and does them until there is no more work. */
import { inThread } from "../platform/inThread";
import { WorkQueue } from "./schedule";
import { instantiate } from "./webassembly";
import type { WorkerTask } from "./workers";

inThread(({ module, memory, steps, control, thread }: WorkerTask) => {
  const kernels = instantiate(module, memory);
  const queue = new WorkQueue(control);
  const blocksOf = (step: number) => steps[step].bounds.length - 1;
  for (let step = queue.next(blocksOf); step >= 0; step = queue.next(blocksOf)) {
    const { kernel, bounds, args } = steps[step];
    const blocks = blocksOf(step);
    for (let block = queue.take(step, blocks); block >= 0; block = queue.take(step, blocks)) {
      kernels[kernel](bounds[block], bounds[block + 1], ...args, thread);
      queue.finish(blocks);
    }
  }
});
