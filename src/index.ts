// Cofi's table of contents, in the order in which data flows. (Its order is its sense: no tool is to sort it.)

// --- ratings: who rated what ---
export type { Cell, Groups, Id, Ratings, RatingsSize } from "./ratings";
export { ratingsFrom, ratingsFromTable, toMatrices, withRatingsOf } from "./ratings";
export { byItem, byUser, indexOfItem, indexOfUser, ratingAt } from "./ratings";
export { countByItem, countByUser, itemsRated } from "./counts";
export type { Description } from "./describe";
export { describe } from "./describe";
export type { Average } from "./average";
export { averageOf } from "./average";
export type { ItemMean, ItemSpread } from "./itemMeans";
export { itemMeans, itemSpread } from "./itemMeans";

// --- data sets, files ---
export { lecture } from "./lecture";
export type { ReadOptions } from "./ratingsFile";
export { readRatings } from "./ratingsFile";
export type { SqlOptions } from "./sql";
export { sql } from "./sql";
export type { Frame, FrameOptions } from "./dataFrame";
export { ratingsFromFrame, toFrame } from "./dataFrame";
export type { MovieLensName } from "./movielens";
export { movielens, movielensFolds } from "./movielens";
export type { CourseLab } from "./courseLab";
export { courseLab } from "./courseLab";
export type { Films, Shape } from "./standIn";
export { generateFilms } from "./standIn";
export { itemTitled, searchTitles } from "./titles";

// --- normalize, label ---
export type { Normalized } from "./normalize";
export { normalize } from "./normalize";
export type { Showing } from "./labels";
export { labelsFromShowings, toLabels, withSampledZeros } from "./labels";

// --- model ---
export type { Model, ModelSize } from "./model";
export { addMeans, randomModel } from "./model";
export type { Undetermined } from "./undetermined";
export { undetermined } from "./undetermined";

// --- cost ---
export type { CostOptions, Loss } from "./cost";
export { cost, costAndGradient, sigmoid } from "./cost";

// --- train ---
export type { Trained, TrainOptions } from "./train";
export { train } from "./train";
export type { FactorizeOptions } from "./factorize";
export { factorize } from "./factorize";

// --- cost and training as TensorFlow.js has them ---
export { tf } from "./tensorflow";
export type { TrainTensorsOptions } from "./tensors";
export { cofiCost, cofiCostBinary, trainTensors } from "./tensors";

// --- sample models that explain the ratings ---
export type { Interval, Posterior, Predictor, Sample, Trace } from "./posterior";
export type { BayesianOptions } from "./bayesian";
export { bayesian } from "./bayesian";

// --- predict ---
export { predict, recommend, similarItems } from "./predict";
export type { Lists, RecommendAllOptions } from "./recommendAll";
export { recommendAll, similarItemsAll } from "./recommendAll";
export { foldIn, foldInCovariance, withUser } from "./foldIn";
export type { Explanation } from "./explain";
export { explain } from "./explain";
export type { Uncertainty } from "./uncertainty";
export { predictInterval, uncertainty } from "./uncertainty";
export { recommendSurely } from "./recommendations";
export type { ContentFeatures, TrainContentOptions } from "./content";
export { genreFeatures, trainWithContent } from "./content";
export type { ModelIds } from "./modelFile";
export { loadModel, saveModel } from "./modelFile";

// --- evaluate ---
export type { Fold } from "./split";
export { folds, split } from "./split";
export type { ErrorOptions } from "./evaluate";
export { mae, rmse } from "./evaluate";
export type { Accuracy, Protocol } from "./accuracy";
export { accuracy, compare } from "./accuracy";
export { auc, logLoss } from "./labelMetrics";
export type { Ranking, RankingOptions } from "./ranking";
export { ranking } from "./ranking";
export { biases, contentBased, globalMean, itemMean, popularity } from "./baselines";
export type { LectureSettings } from "./lectureModel";
export { lectureModel } from "./lectureModel";
export type { Estimate } from "./estimate";
export { estimate } from "./estimate";
export type { Fit, FitContext, FitName, Outcome, Settings } from "./fits";
export type { CrossValidateOptions, CrossValidation, FoldResult, ValidationOptions } from "./crossValidate";
export { crossValidate } from "./crossValidate";
export type { Grid, GridSearch, GridSearchOptions, Trial } from "./gridSearch";
export { gridSearch } from "./gridSearch";
export type { ComparisonRow, Metric } from "./compareFolds";
export { compareFolds } from "./compareFolds";

// --- show ---
export type { Figure } from "./figure";
export { colours, figure } from "./figure";
export { costCurve, ratingHistogram, ratingsHeatmap } from "./plots";
export type { FeatureMapOptions, Features, Moment } from "./featurePlots";
export { featureMap, trainingAnimation } from "./featurePlots";
export { logisticCurve, predictedVersusActual } from "./evaluationPlots";
export { longTail } from "./longTail";
export { popularityMap } from "./popularityMap";
export type { MonthMean } from "./drift";
export { driftCurve, monthlyMeans } from "./drift";
export type { GenreMean } from "./genres";
export { genreChart, genreMeans } from "./genres";
export { traceCurve } from "./tracePlot";
export { comparison, settingCurve, validationCurve } from "./validationPlots";
export { show } from "./show";
export type { Progress } from "./progress";
export { progress } from "./progress";
export { check } from "./exercise";
