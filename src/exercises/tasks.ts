/** The tasks of the notebooks and of the assignments, in their order. */
import { adamTask } from "./adam";
import { adamTrainingTask, descentTask, fitUserTask } from "./descent";
import {
  cofiCostTask,
  cofiGradientTask,
  itemGradientTask,
  logisticCostTask,
  logisticGradientTask,
} from "./joint";
import { meanNormalizationTask } from "./normalization";
import { predictTask, userCostTask, userGradientTask } from "./oneUser";
import { predictionsTask, recommendTask, starsTask } from "./predictions";
import { recommenderTask } from "./recommender";
import { countsTask, labelsTask, matricesTask } from "./tableOf";
import type { Task } from "./task";
import { baselineTask, rmseTask, splitTask } from "./yours";

/** A page's task as an assignment has it. */
const called = (name: string, task: Task): Task => ({ ...task, name });

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

    matricesTask,
    countsTask,
    called("A1 predict", predictTask),
    predictionsTask,
    called("A1 user cost", userCostTask),
    called("A1 user gradient", userGradientTask),
    fitUserTask,

    called("A2 cofi cost", cofiCostTask),
    called("A2 cofi gradient", cofiGradientTask),
    descentTask,
    called("A2 tensor cost", cofiCostTask),
    adamTrainingTask,
    recommendTask,

    labelsTask,
    called("A3 logistic cost", logisticCostTask),
    logisticGradientTask,
    called("A3 mean normalization", meanNormalizationTask),
    starsTask,

    splitTask,
    rmseTask,
    baselineTask,
    recommenderTask,
  ].map((task) => [task.name, task]),
);
