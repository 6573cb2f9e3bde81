// --- ratings: who rated what ---

export type { CostOptions, Loss } from "./cost";
export { cost, costAndGradient, sigmoid } from "./cost";
export type { CourseLab } from "./courseLab";
export { courseLab } from "./courseLab";
export type { ErrorOptions } from "./evaluate";
export { mae, rmse } from "./evaluate";
export { logisticCurve, predictedVersusActual } from "./evaluationPlots";
export { check } from "./exercise";
export type { Explanation } from "./explain";
export { explain } from "./explain";
export type { FeatureMapOptions, Features, Moment } from "./featurePlots";
export { featureMap, trainingAnimation } from "./featurePlots";
export type { Figure } from "./figure";
export { colours, figure } from "./figure";
export { foldIn, withUser } from "./foldIn";
export { auc, logLoss } from "./labelMetrics";
export type { Showing } from "./labels";
export { labelsFromShowings, toLabels } from "./labels";
export { lecture } from "./lecture";
export type { Model, ModelSize } from "./model";
// --- model, cost, training ---
export { addMeans, randomModel } from "./model";
export type { ModelIds } from "./modelFile";
export { loadModel, saveModel } from "./modelFile";
export type { MovieLensName } from "./movielens";
export { movielens } from "./movielens";
export type { Normalized } from "./normalize";
// --- normalize, label ---
export { normalize } from "./normalize";
// --- look ---
export { costCurve, ratingHistogram, ratingsHeatmap } from "./plots";
// --- predict, recommend ---
export { predict, recommend, similarItems } from "./predict";
export type { Progress } from "./progress";
export { progress } from "./progress";
export type { Ranking, RankingOptions } from "./ranking";
export { ranking } from "./ranking";
export type { Cell, Groups, Id, Ratings, RatingsSize } from "./ratings";
export {
  byItem,
  byUser,
  indexOfItem,
  indexOfUser,
  ratingAt,
  ratingsFrom,
  ratingsFromTable,
  toMatrices,
  withRatingsOf,
} from "./ratings";
export type { ReadOptions } from "./ratingsFile";
export { readRatings } from "./ratingsFile";
export { show } from "./show";

// --- evaluate ---
export { folds, split } from "./split";
export type { Films, Shape } from "./standIn";
export { generateFilms } from "./standIn";
// --- the same in TensorFlow.js ---
export { tf } from "./tensorflow";
export type { TrainTensorsOptions } from "./tensors";
export { cofiCost, cofiCostBinary, trainTensors } from "./tensors";
export { itemTitled } from "./titles";
export type { Trained, TrainOptions } from "./train";
export { train } from "./train";
export type { Undetermined } from "./undetermined";
export { undetermined } from "./undetermined";
