// Cofi's table of contents: one block a room, in the order in which data flows. (Its order is its sense: no tool is to
// sort it.)

// --- base: TensorFlow.js, native where it is installed; lines between a notebook's code and its front end ---
export type { Comm, CommListener, CommMessage, CommOptions, CommTarget } from "./base/comm";
export { openComm, registerCommTarget } from "./base/comm";
export { tf } from "./base/tensorflow";

// --- math ---
export type { MeanInterval as Estimate } from "./math/statistics";
export { sigmoid } from "./math/logistic";
export { meanInterval as estimate } from "./math/statistics";

// --- ratings: who rated what; normalized, labelled, split ---
export type { Unknown } from "./ratings/align";
export type { RatingsSize } from "./ratings/build";
export type { Showing } from "./ratings/labels";
export type { Normalized } from "./ratings/normalize";
export type { Cell, Groups, Id, Ratings } from "./ratings/ratings";
export type { Fold, FoldsOptions, HoldBack, SplitOptions } from "./ratings/split";
export type { Source } from "./ratings/source";
export { ratingsFrom, ratingsFromTable, withRatingsOf } from "./ratings/build";
export { byItem, byUser, indexOfItem, indexOfUser, ratingAt, toMatrices } from "./ratings/ratings";
export { countByItem, countByUser, itemsRated } from "./ratings/counts";
export { normalize } from "./ratings/normalize";
export { withWeights } from "./ratings/weights";
export { labelsFromShowings, toLabels, withSampledZeros } from "./ratings/labels";
export { alignTo } from "./ratings/align";
export { folds, split } from "./ratings/split";

// --- files: ratings from files and frames ---
export type { Frame, FrameOptions } from "./files/dataFrame";
export type { ReadOptions, ReadRatings } from "./files/readRatings";
export type { SqlOptions } from "./files/sql";
export { readRatings } from "./files/readRatings";
export { foldsFromFiles } from "./files/folds";
export { sql } from "./files/sql";
export { ratingsFromFrame, toFrame } from "./files/dataFrame";

// --- model: what predicts, what it costs, and how it is stored ---
export type { CostOptions } from "./model/cost";
export type { Undetermined } from "./model/identifiable";
export type { Loss, Model, ModelSize } from "./model/model";
export type { ModelIds } from "./model/modelFile";
export type { Interval, Posterior, Predictor, Sample, Trace } from "./model/posterior";
export { randomModel } from "./model/model";
export { addMeans } from "./model/means";
export { cost, costAndGradient } from "./model/cost";
export { undetermined } from "./model/identifiable";
export { loadModel, saveModel } from "./model/modelFile";

// --- data sets ---
export type { CourseLab } from "./datasets/courseLab";
export type { Films } from "./datasets/films";
export type { MovieLensName } from "./datasets/movielens";
export type { Shape } from "./datasets/synthetic";
export { lecture } from "./datasets/lecture";
export { movielens, movielensFolds } from "./datasets/movielens";
export { courseLab } from "./datasets/courseLab";
export { generateFilms } from "./datasets/synthetic";
export { itemTitled, searchTitles } from "./datasets/titles";

// --- train: the lecture's gradient descent, stochastic gradient descent, Gibbs sampling, alternating least squares ---
export type { Trained, TrainOptions } from "./train/gradient/train";
export type { FactorizeOptions } from "./train/sgd/factorize";
export type { BayesianOptions } from "./train/gibbs/bayesian";
export type { ImplicitOptions, TrainedImplicit } from "./train/als/als";
export type { Confidence, ConfidenceOptions } from "./train/als/confidence";
export { train } from "./train/gradient/train";
export { factorize } from "./train/sgd/factorize";
export { bayesian } from "./train/gibbs/bayesian";
export { factorizeImplicit } from "./train/als/als";

// --- train: in TensorFlow.js, in closed form, and what is tried first ---
export type { ContentFeatures, TrainContentOptions } from "./train/content";
export type { LectureSettings } from "./train/lectureModel";
export type { FoldInImplicitOptions } from "./train/foldInImplicit";
export type { FoldInSamplesOptions, SampledItem, SampledUser } from "./train/foldInSamples";
export type { FoldInOptions } from "./train/ridge";
export type { TrainTensorsOptions } from "./train/tensors";
export { cofiCost, cofiCostBinary, trainTensors } from "./train/tensors";
export { foldIn, foldInCovariance, withUser } from "./train/foldIn";
export { foldInItem, withItem } from "./train/foldInItem";
export { foldInImplicit } from "./train/foldInImplicit";
export { biases, contentBased, globalMean, itemMean, popularity } from "./train/baselines";
export { lectureModel } from "./train/lectureModel";
export { genreFeatures, trainWithContent } from "./train/content";

// --- predict ---
export type { Explanation } from "./predict/explain";
export type { GroupOptions, Together } from "./predict/group";
export type { RecommendOptions, Scored } from "./predict/predict";
export type { RecommendAllOptions, SimilarItemsAllOptions } from "./predict/recommendAll";
export type { Measure, SimilarOptions } from "./predict/similar";
export type { Lists } from "./predict/topItems";
export type { Uncertainty } from "./predict/uncertainty";
export { predict, recommend } from "./predict/predict";
export { recommendToGroup } from "./predict/group";
export { similarItems, similarUsers } from "./predict/similar";
export { recommendAll, similarItemsAll } from "./predict/recommendAll";
export { explain } from "./predict/explain";
export { predictInterval, uncertainty } from "./predict/uncertainty";
export { recommendSurely } from "./predict/lowerBound";

// --- evaluate ---
export type { Accuracy, AccuracyAsyncOptions, Protocol } from "./evaluate/accuracy";
export type { ErrorOptions } from "./evaluate/errors";
export type { Calibration, CalibrationBin, CalibrationOptions } from "./evaluate/calibration";
export type { ListOptions, Metric } from "./evaluate/metrics";
export type { Ranking, RankingAsyncOptions, RankingOptions } from "./evaluate/ranking";
export { mae, rmse } from "./evaluate/errors";
export { accuracy, accuracyAsync, compare } from "./evaluate/accuracy";
export { auc, logLoss } from "./evaluate/labelMetrics";
export { calibration } from "./evaluate/calibration";
export { ranking, rankingAsync } from "./evaluate/ranking";
export { errorBy } from "./evaluate/metrics";

// --- model selection ---
export type { ComparisonRow } from "./modelSelection/compareFolds";
export type {
  CrossValidateOptions,
  CrossValidation,
  FoldResult,
  FoldStep,
  ValidationOptions,
} from "./modelSelection/crossValidate";
export type { Fit, FitContext, FitName, Outcome, Setting, Settings } from "./modelSelection/fits";
export type {
  Chosen,
  FitStep,
  Grid,
  GridSearch,
  GridSearchOptions,
  Trial,
} from "./modelSelection/gridSearch";
export { crossValidate } from "./modelSelection/crossValidate";
export { gridSearch } from "./modelSelection/gridSearch";
export { compareFolds } from "./modelSelection/compareFolds";

// --- show ---
export type { FeatureMapOptions, Features, Moment } from "./show/featurePlots";
export type { Figure } from "./show/figure";
export type { Progress } from "./show/progress";
export { show } from "./show/show";
export { progress } from "./show/progress";
export { colours, figure } from "./show/figure";
export { costCurve, ratingsHeatmap } from "./show/plots";
export { ratingHistogram } from "./show/histogram";
export { featureMap, trainingAnimation } from "./show/featurePlots";
export { logisticCurve, predictedVersusActual } from "./show/evaluationPlots";
export { comparison, settingCurve, validationCurve } from "./show/validationPlots";
export { traceCurve } from "./show/tracePlot";

// --- exercises: questions and functions, checked ---
export type { Course, CoursePage } from "./exercises/course";
export type { ExamineOptions } from "./exercises/examine";
export type { Verdict } from "./exercises/grade";
export type { Mistake, Task, TaskOptions } from "./exercises/task";
export { check } from "./exercises/check";
export { course } from "./exercises/course";
export { examine } from "./exercises/examine";
export { grade } from "./exercises/grade";
export { tasks } from "./exercises/tasks";
export { defineTask } from "./exercises/task";

// --- explore: tables of ratings, and their figures ---
export type { Average } from "./explore/average";
export type { Description } from "./explore/describe";
export type { MonthMean } from "./explore/drift";
export type { GenreMean } from "./explore/genres";
export type { ItemMapOptions } from "./explore/itemMap";
export type { ItemMean, ItemSpread } from "./explore/itemMeans";
export { describe } from "./explore/describe";
export { averageOf } from "./explore/average";
export { itemMeans, itemSpread } from "./explore/itemMeans";
export { longTail } from "./explore/longTail";
export { itemMap } from "./explore/itemMap";
export { popularityMap } from "./explore/popularityMap";
export { driftCurve, monthlyMeans } from "./explore/drift";
export { genreChart, genreMeans } from "./explore/genres";

// --- widgets: controls on the page, and pictures that follow them ---
export type { Control } from "./widgets/control";
export type { Controlled, Draw, Redraw, ValuesOf } from "./widgets/interact";
export type { Output } from "./widgets/output";
export type { CheckboxOptions } from "./widgets/checkbox";
export type { DropdownOptions } from "./widgets/dropdown";
export type { SliderOptions } from "./widgets/slider";
export type { StarsOptions } from "./widgets/stars";
export type { TextOptions } from "./widgets/text";
export { slider } from "./widgets/slider";
export { dropdown } from "./widgets/dropdown";
export { checkbox } from "./widgets/checkbox";
export { button } from "./widgets/button";
export { text } from "./widgets/text";
export { stars } from "./widgets/stars";
export { output } from "./widgets/output";
export { interact } from "./widgets/interact";

// --- spark: past one machine ---
export type { OnSparkOptions } from "./spark/onSpark";
export type { SparkCallOptions, SparkFactorizeOptions, SparkRanking, SparkSession } from "./spark/session";
export type { SparkModel, SparkRatings } from "./spark/handles";
export type { SparkReadOptions, SparkSource } from "./spark/sources";
export { onSpark } from "./spark/onSpark";
