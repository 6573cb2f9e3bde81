"""`factorize` on a cluster: stochastic gradient descent, block by block, to the digits of one machine."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .blocks import STATE_TYPE, Plan, prepare
from .checkpoint import Checkpoint, place_of_lowest
from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster
from .tasks import round_of

#: The options that a run's digits follow from, beside the ratings.
SETTINGS = ("numFeatures", "lambda", "biasLambda", "seed", "epochs", "learningRate", "count")


@dataclass(frozen=True)
class Model:
    """A model in the cluster: rows of W and X as descent left them, and where they stand."""

    ratings: Ratings
    plan: Plan
    features: int
    state: DataFrame
    #: Tables made of it, by kind of rows; None where it is looked at once, and none is kept.
    tables: dict | None


def factorize(
    cluster: Cluster,
    ratings: Ratings,
    options: dict,
    held_out: Ratings | None,
    error_of: Callable[[Model], float],
) -> tuple[Model, list[float], list[float]]:
    """
    :param held_out: Ratings held out, which say when to stop, and which epoch's model is the best.
    :param error_of: A model's error on them.
    :return: The model, the RMSE during each epoch, and the error after each.
    """
    epochs = options["epochs"]
    settings = {name: options[name] for name in SETTINGS}
    folder = options.get("checkpoint")
    # Between two epochs the state is in storage: tasks that are lost are done again from there.
    checkpoint = Checkpoint(
        cluster, folder or cluster.new_path("state"), settings, [ratings, held_out] if held_out else [ratings]
    )
    found = checkpoint.restore() if folder else None
    start = prepare(cluster, ratings, options, found.groups if found else None)
    plan, link = start.plan, cluster.link
    history, errors = (found.history, found.errors) if found else ([], [])
    if found:
        state = found.state
    else:
        link.progress(stage="starting")
        state = checkpoint.save(start.state, 0, errors)
    for epoch in range(len(history), epochs):
        if held_out and epoch - 1 - place_of_lowest(errors) >= options["patience"]:
            break
        rate = options["learningRate"] * (1 - epoch / epochs)
        rates = (rate, options["lambda"], options["biasLambda"])
        after = _epoch(cluster, plan, start.rounds, state, rates)
        state = checkpoint.save(after, epoch + 1, errors)
        rmse = _rmse(state, plan, ratings.count)
        if not math.isfinite(rmse):
            raise Fault(f"training diverged at epoch {epoch} (RMSE is {_shown(rmse)}): lower learningRate")
        history.append(rmse)
        of_epoch = {"epoch": epoch, "rmse": rmse}
        if held_out:
            of_epoch["validation"] = error_of(Model(ratings, plan, options["numFeatures"], state, None))
            errors.append(of_epoch["validation"])
        if folder:
            checkpoint.confirm(history, errors, plan.grouping.groups)
        link.progress(stage="training", **of_epoch)
    if errors:
        state = checkpoint.best(errors)
    if folder:
        # The folder goes on with the next run: the model keeps what is its own.
        state = cluster.stored(state, "rows", "none")
    for blocks in start.rounds:
        blocks.unpersist()
    cluster.remove(start.blocks)
    return Model(ratings, plan, options["numFeatures"], state, {}), history, errors


def _epoch(
    cluster: Cluster, plan: Plan, rounds: list[DataFrame], state: DataFrame, rates: tuple[float, float, float]
) -> DataFrame:
    for round, blocks in enumerate(rounds):
        step = round_of(cluster.wasm, plan.width, plan.keys, plan.grouping, round, rates)
        dealt = state.repartition(plan.grouping.groups, "key")
        state = dealt.groupBy("key").cogroup(blocks.groupBy("key")).applyInArrow(step, STATE_TYPE)
    return state


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
