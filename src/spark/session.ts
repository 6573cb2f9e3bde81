/** A session on a Spark cluster: Cofi's functions by their names, on ratings and models that stay there. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkOptions, optionNames } from "../base/check";
import { keysFor } from "../math/random";
import type { Model } from "../model/model";
import { loadModel } from "../model/modelFile";
import { blockCountFor, placesDrawn } from "../train/sgd/blocks";
import { checkSettings, type FactorizeOptions, settingsOf } from "../train/sgd/factorize";
import type { Driver, Step } from "./driver";
import { handleOf, held, type SparkModel, type SparkRatings } from "./handles";
import { columnsOf, type DriverSource, type SparkReadOptions, type SparkSource, sourceOf } from "./sources";

/** What every function of a session takes beside its own options. */
export interface SparkCallOptions {
  /** Aborting it rejects the promise with its reason, and ends what Spark does for it. */
  signal?: AbortSignal;
  /** Called as the work goes on. */
  onProgress?: (step: Step) => unknown;
}

export interface SparkFactorizeOptions
  extends Pick<
      FactorizeOptions,
      "numFeatures" | "lambda" | "biasLambda" | "epochs" | "learningRate" | "seed" | "onEpoch"
    >,
    SparkCallOptions {}

const factorizeNames = optionNames<SparkFactorizeOptions>({
  numFeatures: true,
  lambda: true,
  biasLambda: true,
  epochs: true,
  learningRate: true,
  seed: true,
  onEpoch: true,
  signal: true,
  onProgress: true,
});

export class SparkSession {
  private places = 0;

  constructor(
    private readonly driver: Driver,
    private readonly scratch: string,
    private readonly remove: () => void,
    /** The version of Spark, and how many tasks it runs at a time. */
    readonly cluster: { readonly version: string; readonly slots: number },
  ) {}

  async readRatings(
    source: SparkSource,
    options: SparkReadOptions & SparkCallOptions = {},
  ): Promise<SparkRatings> {
    const { signal, onProgress, ...reading } = options;
    const from: DriverSource = sourceOf(source, reading);
    const call = { signal, onStep: onProgress };
    const names = await this.driver.request<string[]>("columns", { source: from }, call);
    const columns = columnsOf(from.shown, names, reading.columns);
    const { duplicates = "error", unrated = [] } = reading;
    const args = { source: from, columns, options: { duplicates, unrated } };
    return this.ratings(await this.driver.request("readRatings", args, call));
  }

  async factorize(
    ratings: SparkRatings,
    options: SparkFactorizeOptions = {},
  ): Promise<{ model: SparkModel; history: Float64Array }> {
    checkOptions(options, factorizeNames);
    checkSettings(options);
    const { onEpoch, signal, onProgress } = options;
    const settings = settingsOf(options);
    const placeOf = await this.file("places", placesDrawn(ratings.numItems, settings.seed));
    const args = {
      ratings: handleOf(this, "ratings", ratings),
      options: { ...settings, count: blockCountFor(ratings), keys: keysFor(settings.seed, 2), placeOf },
    };
    const onStep = (step: Step) => {
      onProgress?.(step);
      if (step.epoch !== undefined) onEpoch?.({ epoch: step.epoch, rmse: step.rmse! });
    };
    const found = await this.driver.request<{ handle: number; history: number[] }>("factorize", args, {
      signal,
      onStep,
    });
    const { numItems, numUsers } = ratings;
    const model = held(this, found.handle, { numItems, numUsers, numFeatures: settings.numFeatures });
    return { model, history: Float64Array.from(found.history) };
  }

  async collect(model: SparkModel, options: SparkCallOptions = {}): Promise<Model> {
    const folder = join(this.scratch, `home-${++this.places}`);
    const args = { model: handleOf(this, "model", model), folder };
    await this.driver.request("saveModel", args, { signal: options.signal, onStep: options.onProgress });
    const { model: home } = await loadModel(folder, options);
    return home;
  }

  /** The last lines of Spark's log. */
  log(lines = 50): string {
    return this.driver.log.lines(lines).join("\n");
  }

  async close(): Promise<void> {
    await this.driver.close();
    this.remove();
  }

  private ratings({ handle, ...facts }: { handle: number } & SparkRatings): SparkRatings {
    return held(this, handle, facts);
  }

  /** A file with these numbers, for the driver to read. */
  private async file(name: string, numbers: Int32Array): Promise<string> {
    const path = join(this.scratch, `${name}-${++this.places}`);
    await writeFile(path, numbers);
    return path;
  }
}
