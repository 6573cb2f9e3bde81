/** A session on a Spark cluster: Cofi's functions by their names, on ratings and models that stay there. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  checkCount,
  checkFinite,
  checkNotNegative,
  checkOneOf,
  checkOptions,
  checkText,
  optionNames,
  outOfRange,
} from "../base/check";
import type { Ranking } from "../evaluate/ranking";
import type { Description } from "../explore/describe";
import { keysFor } from "../math/random";
import { clipper, type Range } from "../math/statistics";
import type { Model } from "../model/model";
import { loadModel } from "../model/modelFile";
import type { Lists } from "../predict/topItems";
import { markCentred } from "../ratings/centred";
import type { Id, Ratings } from "../ratings/ratings";
import { blockCountFor, placesDrawn } from "../train/sgd/blocks";
import { checkSettings, type FactorizeOptions, settingsOf } from "../train/sgd/factorize";
import type { Driver, Step } from "./driver";
import { handleOf, held, type SparkModel, type SparkRatings } from "./handles";
import { listsIn, ratingsIn } from "./home";
import { columnsOf, type DriverSource, type SparkReadOptions, type SparkSource, sourceOf } from "./sources";

/** What every function of a session takes beside its own options. */
export interface SparkCallOptions {
  /** Aborting it, or an interrupt of the cell, rejects the promise with its reason, and ends what Spark does for it. */
  signal?: AbortSignal;
  /** Called as the work goes on. */
  onProgress?: (step: Step) => unknown;
}

export interface SparkFactorizeOptions
  extends SparkCallOptions,
    Pick<FactorizeOptions, "numFeatures" | "lambda" | "biasLambda" | "epochs" | "learningRate" | "seed"> {
  /**
   * Ratings held out, by the same ids. It stops when their RMSE has not fallen for `patience` epochs, and gives the model at
   * which it was lowest. Measuring takes about as long as an epoch.
   */
  validation?: SparkRatings;
  /** Epochs to wait for a lower error of the validation. @default 3 */
  patience?: number;
  /** Called after each epoch, counted from 0. */
  onEpoch?: (done: { epoch: number; rmse: number; validation?: number }) => unknown;
  /**
   * A folder that the cluster writes, in which the state is kept after each epoch. Where it is there from a run of the same
   * ratings and options, that run is taken up where it stood, and ends with the same digits.
   */
  checkpoint?: string;
}

/** The figures of `ranking` that a cluster computes, each a mean over the users who have something relevant. */
export type SparkRanking = Pick<
  Ranking,
  "ndcg" | "precision" | "recall" | "hitRate" | "map" | "mrr" | "coverage"
> & { protocol: Omit<Ranking["protocol"], "held"> };

const callNames = { signal: true, onProgress: true } as const;

const factorizeNames = optionNames<SparkFactorizeOptions>({
  ...callNames,
  numFeatures: true,
  lambda: true,
  biasLambda: true,
  epochs: true,
  learningRate: true,
  seed: true,
  validation: true,
  patience: true,
  onEpoch: true,
  checkpoint: true,
});

/** What `onSpark` gives. A model or ratings of one session are of no use to another. */
export class SparkSession {
  private files = 0;

  constructor(
    private readonly driver: Driver,
    private readonly scratch: string,
    private readonly remove: () => void,
    /** The version of Spark, and how many tasks run at a time. */
    readonly cluster: { readonly version: string; readonly slots: number },
  ) {}

  /**
   * Ratings from files that the cluster reads, or from a table of its catalogue: Parquet, CSV, JSON lines. Columns are told
   * by their names as in `readRatings`; ids that are all whole numbers up to 2^53 become numbers, all others are text.
   *
   * Users and items are numbered in the ascending order of their ids, since rows of a cluster have no order:
   * `readRatings(file, { like: model })` numbers the same on one machine.
   *
   * @throws RangeError with how many there are, and the first, for ratings that are not finite numbers, ids that are missing,
   *   and cells rated twice; for a column that is not there; Error for a path that the cluster cannot read.
   */
  async readRatings(
    source: SparkSource,
    options: SparkReadOptions & SparkCallOptions = {},
  ): Promise<SparkRatings> {
    const { signal, onProgress, ...reading } = options;
    const from: DriverSource = sourceOf(source, reading);
    const call = { signal, onProgress };
    const names = await this.ask<string[]>("columns", { source: from }, call);
    const columns = columnsOf(from.shown, names, reading.columns);
    const { duplicates = "error", unrated = [] } = reading;
    return this.ratings(
      await this.ask("readRatings", { source: from, columns, options: { duplicates, unrated } }, call),
    );
  }

  /** What `describe` says of ratings. */
  describe(ratings: SparkRatings, options: SparkCallOptions = {}): Promise<Description[]> {
    checkOptions(options, optionNames<SparkCallOptions>(callNames));
    return this.ask("describe", { ratings: this.handle("ratings", ratings) }, options);
  }

  /** What `normalize` does: ratings less the mean of their item, or user; the means come home. */
  async normalize(
    ratings: SparkRatings,
    options: { by?: "item" | "user"; damping?: number } & SparkCallOptions = {},
  ): Promise<{ ratings: SparkRatings; means: Float64Array; by: "item" | "user" }> {
    checkOptions(options, ["by", "damping", ...Object.keys(callNames)]);
    const { by = "item", damping = 0 } = options;
    checkOneOf("by", by, ["item", "user"]);
    checkNotNegative("damping", damping);
    const file = this.place("means");
    const args = { ratings: this.handle("ratings", ratings), by, damping, file };
    const normalized = this.ratings(await this.ask("normalize", args, options));
    const bytes = await readFile(file);
    await rm(file);
    return { ratings: normalized, means: new Float64Array(new Uint8Array(bytes).buffer), by };
  }

  /**
   * Holds some ratings back. By "time" exactly those of `split` on one machine; at random each rating draws for itself, by a
   * hash of seed, user and item: the same for any cutting of the data, about as many as asked for, and others than there.
   *
   * @throws RangeError for a part that is not between 0 and 1, an empty part, and by "time" for ratings without times.
   */
  async split(
    ratings: SparkRatings,
    options: { by?: "random" | "time"; test?: number; seed?: number } & SparkCallOptions = {},
  ): Promise<{ train: SparkRatings; test: SparkRatings }> {
    checkOptions(options, ["by", "test", "seed", ...Object.keys(callNames)]);
    const { by = "random", test: part = 0.2, seed = 0 } = options;
    checkOneOf("by", by, ["random", "time"]);
    checkFinite("test", part);
    if (!(part > 0 && part < 1)) throw outOfRange("test", "between 0 and 1", part);
    checkFinite("seed", seed);
    const args = { ratings: this.handle("ratings", ratings), by, test: part, seed };
    const [train, test] = await this.ask<({ handle: number } & SparkRatings)[]>("split", args, options);
    return { train: this.ratings(train), test: this.ratings(test) };
  }

  /**
   * What `factorize` does, to the same digits: W, X, b, mu and the history are those of one machine on the same ratings by the
   * same options, for any number of tasks, workers and partitions, and whatever is lost and done again on the way.
   *
   * Stratified stochastic gradient descent: a task has a group of block rows, and columns of items go from task to task.
   * Workers run the same WebAssembly kernel as one machine does.
   *
   * Source: Gemulla et al., "Large-Scale Matrix Factorization with Distributed Stochastic Gradient Descent" (2011).
   *
   * @returns The model, and history[e], the RMSE on the ratings during epoch e; with a validation, its RMSE after each epoch,
   *   to within the digits of 32 bits: nothing of the model follows from it but which epoch's it is.
   * @throws RangeError for options out of range, a validation by other ids, descent that diverges, and a checkpoint of other
   *   ratings or options.
   */
  async factorize(
    ratings: SparkRatings,
    options: SparkFactorizeOptions = {},
  ): Promise<{ model: SparkModel; history: Float64Array; validation?: Float64Array }> {
    checkOptions(options, factorizeNames);
    const { onEpoch, signal, onProgress, checkpoint, validation, patience = 3, ...descent } = options;
    checkSettings(descent);
    checkCount("patience", patience);
    const settings = settingsOf(descent);
    const placeOf = this.place("places");
    await writeFile(placeOf, placesDrawn(ratings.numItems, settings.seed));
    const args = {
      ratings: this.handle("ratings", ratings),
      validation: validation === undefined ? null : this.handle("validation", validation),
      options: {
        ...{ ...settings, checkpoint, placeOf, patience },
        ...{ count: blockCountFor(ratings), keys: keysFor(settings.seed, 2) },
      },
    };
    const step = (done: Step) => {
      onProgress?.(done);
      if (done.epoch === undefined) return;
      const { epoch, rmse, validation: error } = done;
      onEpoch?.({ epoch, rmse: rmse!, ...(error !== undefined && { validation: error }) });
    };
    const call = { signal, onProgress: step };
    const found = await this.ask<{ handle: number; history: number[]; errors: number[] }>(
      "factorize",
      args,
      call,
    );
    await rm(placeOf);
    const { numItems, numUsers } = ratings;
    const model = held(this, found.handle, { numItems, numUsers, numFeatures: settings.numFeatures });
    return {
      model,
      history: Float64Array.from(found.history),
      ...(validation && { validation: Float64Array.from(found.errors) }),
    };
  }

  /**
   * The model with every user's weights and bias determined anew from these ratings, as `foldIn` does for one, to within the
   * last digits. Who has none of them gets zeros.
   *
   * @throws RangeError for a negative lambda, and one of 0 where ratings do not determine the weights.
   */
  async foldIn(
    model: SparkModel,
    ratings: SparkRatings,
    options: { lambda?: number } & SparkCallOptions = {},
  ): Promise<SparkModel> {
    checkOptions(options, ["lambda", ...Object.keys(callNames)]);
    const { lambda = 1 } = options;
    checkNotNegative("lambda", lambda);
    const args = {
      model: this.handle("model", model),
      ratings: this.handle("ratings", ratings),
      penalty: lambda,
    };
    const { handle } = await this.ask<{ handle: number }>("foldIn", args, options);
    return held(this, handle, { ...model });
  }

  /**
   * What `recommendAll` gives, the same items and scores; of equal scores the item with the lower number comes first.
   *
   * @param options.to A folder that the cluster writes: lists are put there as Parquet, by ids (user, place, item, score).
   *   @default none, the lists come home
   */
  async recommendAll(
    model: SparkModel,
    options: { exclude?: SparkRatings; count?: number; range?: Range; to?: string } & SparkCallOptions = {},
  ): Promise<Lists | undefined> {
    checkOptions(options, ["exclude", "count", "range", "to", ...Object.keys(callNames)]);
    const { exclude, count = 10, range, to } = options;
    checkCount("count", count, 0);
    clipper(range);
    const folder = to ?? this.place("lists");
    const args = {
      ...{
        model: this.handle("model", model),
        count,
        scale: range ?? null,
        to: folder,
        home: to === undefined,
      },
      exclude: exclude === undefined ? null : this.handle("exclude", exclude),
    };
    await this.ask("recommendAll", args, options);
    if (to !== undefined) return undefined;
    const lists = await listsIn(folder, model.numUsers);
    await rm(folder, { recursive: true });
    return lists;
  }

  /** What `rmse` measures, to within the last digits. */
  rmse(
    model: SparkModel,
    ratings: SparkRatings,
    options: { range?: Range } & SparkCallOptions = {},
  ): Promise<number> {
    checkOptions(options, ["range", ...Object.keys(callNames)]);
    clipper(options.range);
    const args = {
      model: this.handle("model", model),
      ratings: this.handle("ratings", ratings),
      scale: options.range ?? null,
    };
    return this.ask("rmse", args, options);
  }

  /** What `ranking` measures, without what needs features; of equal scores the item with the lower number comes first. */
  ranking(
    model: SparkModel,
    options: {
      train: SparkRatings;
      test: SparkRatings;
      count?: number;
      relevant?: number;
    } & SparkCallOptions,
  ): Promise<SparkRanking> {
    checkOptions(options, ["train", "test", "count", "relevant", ...Object.keys(callNames)]);
    const { train, test, count = 10, relevant } = options;
    checkCount("count", count);
    if (relevant !== undefined) checkFinite("relevant", relevant);
    const args = {
      ...{ model: this.handle("model", model), count, relevant: relevant ?? null },
      ...{ train: this.handle("train", train), test: this.handle("test", test) },
    };
    return this.ask("ranking", args, options);
  }

  /**
   * Stores a model as `saveModel` does, each table in as many Parquet files as it takes: `loadModel` reads it, and
   * `read_parquet('…/users/*.parquet')` of DuckDB.
   *
   * @param folder One of this machine; or a URL of the cluster's storage, such as hdfs://…, for a model that is too large to
   *   come home: a copy of that folder is what `loadModel` reads.
   * @throws Error for a folder that holds anything but a stored model; RangeError for a URL over Spark Connect.
   */
  async saveModel(folder: string, model: SparkModel, options: SparkCallOptions = {}): Promise<void> {
    checkOptions(options, optionNames<SparkCallOptions>(callNames));
    checkText("folder", folder);
    const path = /^[a-z][\w+.-]*:\/\//i.test(folder) ? folder : resolve(folder);
    const args = { model: this.handle("model", model), folder: path, users: null, items: null };
    await this.ask("saveModel", args, options);
  }

  /**
   * Brings ratings home, in the order of users and items; or a model, or of it the rows of some users and items, by ids.
   */
  collect(what: SparkRatings, options?: SparkCallOptions): Promise<Ratings>;
  collect(
    what: SparkModel,
    options?: { users?: readonly Id[]; items?: readonly Id[] } & SparkCallOptions,
  ): Promise<Model>;
  async collect(
    what: SparkRatings | SparkModel,
    options: { users?: readonly Id[]; items?: readonly Id[] } & SparkCallOptions = {},
  ): Promise<Ratings | Model> {
    checkOptions(options, ["users", "items", ...Object.keys(callNames)]);
    const { users = null, items = null, signal } = options;
    const folder = this.place("home");
    try {
      if ("numRatings" in what) {
        if (users ?? items) throw new RangeError("users and items must come with a model, got ratings");
        await this.ask("saveRatings", { ratings: this.handle("ratings", what), folder }, options);
        return await ratingsIn(folder, what);
      }
      const args = { model: this.handle("model", what), folder, users, items };
      const { isCentred } = await this.ask<{ isCentred: boolean }>("saveModel", args, options);
      const { model } = await loadModel(folder, { signal });
      if (isCentred) markCentred(model.mu);
      return model;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The last lines of Spark's log, for when something fails. */
  log(lines = 50): string {
    checkCount("lines", lines);
    return this.driver.log.lines(lines).join("\n");
  }

  /** Ends Spark's part, and removes what the session has stored. */
  async close(): Promise<void> {
    await this.driver.close();
    this.remove();
  }

  private ask<Result>(name: string, args: object, { signal, onProgress }: SparkCallOptions): Promise<Result> {
    return this.driver.request(name, args, { signal, onStep: onProgress });
  }

  private handle(name: string, thing: SparkRatings | SparkModel): number {
    return handleOf(this, name, thing);
  }

  private ratings({ handle, ...facts }: { handle: number } & SparkRatings): SparkRatings {
    return held(this, handle, facts);
  }

  /** A path of this session's own on this machine. */
  private place(name: string): string {
    return join(this.scratch, `${name}-${++this.files}`);
  }
}
