/** The tasks of the notebooks and of the assignments, in their order. */
import { adamTask } from "./adam";
import { baselineTask, rmseTask, splitTask } from "./baseline";
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
import { countsTask, labelsTask, matricesTask } from "./table";
import type { Task } from "./task";

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
    { ...called("A1 predict", predictTask), signature: predictTask.signature.replace("starsOf", "predict") },
    predictionsTask,
    called("A1 user cost", userCostTask),
    called("A1 user gradient", userGradientTask),
    fitUserTask,

    called("A2 cofi cost", cofiCostTask),
    called("A2 cofi gradient", cofiGradientTask),
    descentTask,
    {
      ...called("A2 tensor cost", cofiCostTask),
      signature: cofiCostTask.signature.replace("cofiCost", "tensorCost").replace(/number$/, "tf.Scalar"),
    },
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
