/** The tasks of the notebooks, by name. */
import { predictTask, userCostTask, userGradientTask } from "./oneUser";
import type { Task } from "./task";

export function tasks(): Readonly<Record<string, Task>> {
  return Object.fromEntries([predictTask, userCostTask, userGradientTask].map((task) => [task.name, task]));
}
