/** A thread of a worker pool: takes blocks and does them until there is no more work. */
import { workerData } from "node:worker_threads";
import { instantiate } from "./kernels";
import { WorkQueue } from "./schedule";
import type { WorkerTask } from "./workers";

const task = workerData as WorkerTask;
const { steps, thread } = task;
const kernels = instantiate(task.module, task.memory);
const queue = new WorkQueue(task.control);
const blocksOf = (step: number) => steps[step].bounds.length - 1;

for (let step = queue.next(blocksOf); step >= 0; step = queue.next(blocksOf)) {
  const { kernel, bounds, args } = steps[step];
  const blocks = blocksOf(step);
  for (let block = queue.take(step, blocks); block >= 0; block = queue.take(step, blocks)) {
    kernels[kernel](bounds[block], bounds[block + 1], ...args, thread);
    queue.finish(blocks);
  }
}
