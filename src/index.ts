// Cofi's table of contents, in the order in which data flows. (Its order is its sense: no tool is to sort it.)

// --- ratings: who rated what ---
export type { RatingsSize } from "./ratings/build";
export type { Cell, Groups, Id, Ratings } from "./ratings/ratings";
export { ratingsFrom, ratingsFromTable, withRatingsOf } from "./ratings/build";
export { toMatrices } from "./ratings/ratings";
export { byItem, byUser, indexOfItem, indexOfUser, ratingAt } from "./ratings/ratings";
export { countByItem, countByUser, itemsRated } from "./ratings/counts";
export type { Description } from "./explore/describe";
export { describe } from "./explore/describe";
export type { Average } from "./explore/average";
export { averageOf } from "./explore/average";
export type { ItemMean, ItemSpread } from "./explore/itemMeans";
export { itemMeans, itemSpread } from "./explore/itemMeans";

// --- data sets, files ---
export { lecture } from "./datasets/lecture";
export type { ReadOptions } from "./files/readRatings";
export { readRatings } from "./files/readRatings";
export type { SqlOptions } from "./files/sql";
export { sql } from "./files/sql";
export type { Frame, FrameOptions } from "./files/dataFrame";
export { ratingsFromFrame, toFrame } from "./files/dataFrame";
export type { MovieLensName } from "./datasets/movielens";
export { movielens, movielensFolds } from "./datasets/movielens";
export type { CourseLab } from "./datasets/courseLab";
export { courseLab } from "./datasets/courseLab";
export type { Films } from "./datasets/films";
export type { Shape } from "./datasets/synthetic";
export { generateFilms } from "./datasets/synthetic";
export { itemTitled, searchTitles } from "./datasets/titles";

// --- normalize, label ---
export type { Normalized } from "./ratings/normalize";
export { normalize } from "./ratings/normalize";
export type { Showing } from "./ratings/labels";
export { labelsFromShowings, toLabels, withSampledZeros } from "./ratings/labels";

// --- model ---
export type { Model, ModelSize } from "./model/model";
export { addMeans, randomModel } from "./model/model";
export type { Undetermined } from "./model/identifiable";
export { undetermined } from "./model/identifiable";

// --- cost ---
export type { CostOptions, Loss } from "./model/cost";
export { sigmoid } from "./math/logistic";
export { cost, costAndGradient } from "./model/cost";

// --- train ---
export type { Trained, TrainOptions } from "./train/gradient/train";
export { train } from "./train/gradient/train";
export type { FactorizeOptions } from "./train/sgd/factorize";
export { factorize } from "./train/sgd/factorize";

// --- cost and training as TensorFlow.js has them ---
export { tf } from "./base/tensorflow";
export type { TrainTensorsOptions } from "./train/tensors";
export { cofiCost, cofiCostBinary, trainTensors } from "./train/tensors";

// --- sample models that explain the ratings ---
export type { Interval, Posterior, Predictor, Sample, Trace } from "./model/posterior";
export type { BayesianOptions } from "./train/gibbs/bayesian";
export { bayesian } from "./train/gibbs/bayesian";

// --- predict ---
export type { RecommendOptions } from "./predict/predict";
export { predict, recommend, similarItems } from "./predict/predict";
export type { RecommendAllOptions } from "./predict/recommendAll";
export type { Lists } from "./predict/topItems";
export { recommendAll, similarItemsAll } from "./predict/recommendAll";
export { foldIn, foldInCovariance, withUser } from "./train/foldIn";
export type { Explanation } from "./predict/explain";
export { explain } from "./predict/explain";
export type { Uncertainty } from "./predict/uncertainty";
export { predictInterval, uncertainty } from "./predict/uncertainty";
export { recommendSurely } from "./predict/lowerBound";
export type { ContentFeatures, TrainContentOptions } from "./train/content";
export { genreFeatures, trainWithContent } from "./train/content";
export type { ModelIds } from "./model/modelFile";
export { loadModel, saveModel } from "./model/modelFile";

// --- evaluate ---
export type { Fold } from "./ratings/split";
export { folds, split } from "./ratings/split";
export type { ErrorOptions } from "./evaluate/errors";
export { mae, rmse } from "./evaluate/errors";
export type { Accuracy, Protocol } from "./evaluate/accuracy";
export { accuracy, compare } from "./evaluate/accuracy";
export { auc, logLoss } from "./evaluate/labelMetrics";
export type { Ranking, RankingOptions } from "./evaluate/ranking";
export { ranking } from "./evaluate/ranking";
export { biases, contentBased, globalMean, itemMean, popularity } from "./train/baselines";
export type { LectureSettings } from "./train/lectureModel";
export { lectureModel } from "./train/lectureModel";
export type { MeanInterval as Estimate } from "./math/statistics";
export { meanInterval as estimate } from "./math/statistics";
export type { Fit, FitContext, FitName, Outcome, Settings } from "./modelSelection/fits";
export type {
  CrossValidateOptions,
  CrossValidation,
  FoldResult,
  ValidationOptions,
} from "./modelSelection/crossValidate";
export { crossValidate } from "./modelSelection/crossValidate";
export type { Grid, GridSearch, GridSearchOptions, Trial } from "./modelSelection/gridSearch";
export { gridSearch } from "./modelSelection/gridSearch";
export type { ComparisonRow, Metric } from "./modelSelection/compareFolds";
export { compareFolds } from "./modelSelection/compareFolds";

// --- show ---
export type { Figure } from "./show/figure";
export { colours, figure } from "./show/figure";
export { costCurve, ratingHistogram, ratingsHeatmap } from "./show/plots";
export type { FeatureMapOptions, Features, Moment } from "./show/featurePlots";
export { featureMap, trainingAnimation } from "./show/featurePlots";
export { logisticCurve, predictedVersusActual } from "./show/evaluationPlots";
export { longTail } from "./explore/longTail";
export { popularityMap } from "./explore/popularityMap";
export type { MonthMean } from "./explore/drift";
export { driftCurve, monthlyMeans } from "./explore/drift";
export type { GenreMean } from "./explore/genres";
export { genreChart, genreMeans } from "./explore/genres";
export { traceCurve } from "./show/tracePlot";
export { comparison, settingCurve, validationCurve } from "./show/validationPlots";
export { show } from "./show/show";
export type { Progress } from "./show/progress";
export { progress } from "./show/progress";
export { check } from "./show/exercise";
