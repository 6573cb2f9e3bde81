"""`factorize` on a cluster: stochastic gradient descent, block by block, to the digits of one machine."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .blocks import STATE_TYPE, Plan, prepare
from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster
from .tasks import round_of


@dataclass(frozen=True)
class Model:
    """A model in the cluster: rows of W and X as descent left them, and where they stand."""

    ratings: Ratings
    plan: Plan
    features: int
    state: DataFrame
    #: Tables made of it, by name.
    tables: dict


def factorize(cluster: Cluster, ratings: Ratings, options: dict) -> tuple[Model, list[float]]:
    epochs = options["epochs"]
    start = prepare(cluster, ratings, options)
    plan, link = start.plan, cluster.link
    slots = [cluster.new_path("state"), cluster.new_path("state")]
    history: list[float] = []
    link.progress(stage="starting")
    state = _saved(cluster, start.state, slots[1])
    for epoch in range(epochs):
        rate = options["learningRate"] * (1 - epoch / epochs)
        state = _epoch(cluster, plan, start.rounds, state, (rate, options["lambda"], options["biasLambda"]))
        state = _saved(cluster, state, slots[epoch % 2])
        rmse = _rmse(state, plan, ratings.count)
        if not math.isfinite(rmse):
            raise Fault(f"training diverged at epoch {epoch} (RMSE is {_shown(rmse)}): lower learningRate")
        history.append(rmse)
        link.progress(stage="training", epoch=epoch, rmse=rmse)
    for blocks in start.rounds:
        blocks.unpersist()
    return Model(ratings, plan, options["numFeatures"], state, {}), history


def _epoch(
    cluster: Cluster, plan: Plan, rounds: list[DataFrame], state: DataFrame, rates: tuple[float, float, float]
) -> DataFrame:
    for round, blocks in enumerate(rounds):
        step = round_of(cluster.wasm, plan.width, plan.keys, plan.grouping, round, rates)
        dealt = state.repartition(plan.grouping.groups, "key")
        state = dealt.groupBy("key").cogroup(blocks.groupBy("key")).applyInArrow(step, STATE_TYPE)
    return state


def _saved(cluster: Cluster, state: DataFrame, path: str) -> DataFrame:
    cluster.write(state, path)
    return cluster.spark.read.schema(STATE_TYPE).parquet(path)


def _rmse(state: DataFrame, plan: Plan, count: int) -> float:
    """The RMSE during the epoch, added in the order of `runEpoch` in src/train/sgd/factorize.ts."""
    rows = state.where(F.col("kind") == "w").select("place", "squares").collect()
    squares = {row["place"]: struct.unpack(f"<{plan.grouping.count}d", row["squares"]) for row in rows}
    total = 0.0
    for stratum in range(plan.grouping.count):
        of_stratum = 0.0
        for place in range(plan.grouping.count):
            of_stratum += squares[place][stratum]
        total += of_stratum / count
    return plan.standard.unit * math.sqrt(total) if total >= 0 else math.nan


def _shown(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity"
