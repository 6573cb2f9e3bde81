/** The tasks of the notebooks, in their order. */
import { adamTask } from "./adam";
import { cofiCostTask, cofiGradientTask, itemGradientTask, logisticCostTask } from "./joint";
import { meanNormalizationTask } from "./normalization";
import { predictTask, userCostTask, userGradientTask } from "./oneUser";
import type { Task } from "./task";

/** The tasks for functions, by name: a new one is an entry of this list. */
export const tasks: Readonly<Record<string, Task>> = Object.fromEntries(
  [
    predictTask,
    userCostTask,
    userGradientTask,
    itemGradientTask,
    cofiCostTask,
    cofiGradientTask,
    logisticCostTask,
    meanNormalizationTask,
    adamTask,
  ].map((task) => [task.name, task]),
);
