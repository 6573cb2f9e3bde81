"""Ratings cut into the blocks of `factorize`, as tables that stay where they are worked on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from .columns import numbers
from .grouping import Grouping
from .ratings import Ratings
from .spark import Cluster
from .standardize import Standard, item_means, standard_of, user_means
from .tasks import BLOCK, STATE, block_builder, row_maker

#: The most items of a block column: their places in it are numbers of 16 bits.
MOST_ITEMS = 65536

#: The most bytes of W, or of X, that a task should hold.
GROUP_BYTES = 256 << 20

#: What a core takes for one number of a rating's rows, and a round for itself, in seconds: measured.
SECONDS_A_NUMBER = 1.5e-9
SECONDS_A_ROUND = 0.3

BLOCK_TYPE: StructType = from_arrow_schema(BLOCK)
STATE_TYPE: StructType = from_arrow_schema(STATE)


def cut(weights: np.ndarray, count: int, longest: int) -> list[int]:
    """Bounds of `count` ranges with about equal sums of `weights`, none of them longer than `longest`."""
    before = np.concatenate([[0], np.cumsum(weights)])
    middle = before[:-1] + weights / 2
    bounds = [0]
    for part in range(count):
        left = count - part - 1
        least = max(bounds[-1], len(weights) - left * longest)
        most = min(bounds[-1] + longest, len(weights))
        at = int(np.searchsorted(middle, before[-1] * (part + 1) / count))
        bounds.append(len(weights) if left == 0 else min(max(at, least), most))
    return bounds


@dataclass(frozen=True)
class Plan:
    """Where everything goes: fixed by ratings and options, but for the groups."""

    standard: Standard
    grouping: Grouping
    #: For each group the key that Spark deals to a partition of its own.
    keys: list[int]
    width: int
    user_bounds: list[int]
    item_bounds: list[int]
    #: The place of each item.
    place_of: np.ndarray


@dataclass(frozen=True)
class Start:
    """What a factorization begins with."""

    plan: Plan
    rounds: list[DataFrame]
    #: Rows of W and X: made only where none are taken up.
    state: DataFrame
    #: Where the blocks lie.
    blocks: str


def prepare(cluster: Cluster, ratings: Ratings, options: dict, groups: int | None = None) -> Start:
    """
    :param options: count, numFeatures, seed's keys, placeOf's file: as the other side gives them.
    :param groups: How many groups, where a checkpoint says so.
    """
    link = cluster.link
    link.progress(stage="counting")
    features = options["numFeatures"]
    width = -(-(features + 2) // 4) * 4
    standard = standard_of(ratings)
    by_item, of_item = item_means(ratings, standard)
    if standard.is_constant:
        of_item = np.zeros_like(of_item)
    users = cluster.stored(user_means(ratings, standard, of_item), "users")
    table = users.select("user", "n").toArrow()
    by_user = np.zeros(ratings.num_users, "i8")
    by_user[numbers(table, "user")] = numbers(table, "n")

    place_of = np.fromfile(options["placeOf"], "<i4")
    of_place = np.empty_like(by_item)
    of_place[place_of] = by_item
    count = options["count"]
    user_bounds = cut(by_user, count, ratings.num_users)
    item_bounds = cut(of_place, count, MOST_ITEMS)
    grouping = Grouping(count, groups or _groups_for(cluster, ratings, count, features))
    keys = balanced_keys(cluster, grouping.groups)
    plan = Plan(standard, grouping, keys, width, user_bounds, item_bounds, place_of)

    link.progress(stage="cutting")
    blocks, rounds = _blocks(cluster, ratings, plan)
    size = (features, width)
    key_x, key_w = options["keys"]
    # √3 × 0.01: as in src/train/sgd/descent.ts.
    scale = 0.0 if standard.is_constant else float(np.sqrt(3.0)) * 0.01
    with_mean = np.where(by_item > 0, of_item, np.nan)
    item_at = np.argsort(place_of).astype("i4")
    items = cluster.table({**_parts(item_bounds), "index": item_at, "number": with_mean[item_at]})
    bounds = [int(bound) for bound in user_bounds]
    part = part_of(F.col("user"), bounds)
    first = F.element_at(F.array(*[F.lit(bound) for bound in bounds[:-1]]), part + 1)
    biases = F.lit(0.0) if standard.is_constant else F.col("number")
    rated = users.select(
        part.alias("part"),
        (F.col("user") - first).alias("at"),
        F.col("user").alias("index"),
        biases.alias("number"),
    )
    # Block rows without any rating have rows all the same.
    every = cluster.spark.range(count).select(
        F.col("id").cast("int").alias("part"),
        F.lit(0).alias("at"),
        F.lit(0).alias("index"),
        F.lit(float("nan")).alias("number"),
    )
    makers = {
        "w": row_maker("w", bounds, keys, grouping, size, (key_w, scale), standard.unit),
        "x": row_maker("x", item_bounds, keys, grouping, size, (key_x, scale), standard.unit),
    }
    state = (
        rated.unionByName(every)
        .groupBy("part")
        .applyInArrow(makers["w"], STATE_TYPE)
        .unionByName(items.unionByName(every).groupBy("part").applyInArrow(makers["x"], STATE_TYPE))
    )
    return Start(plan, rounds, state, blocks)


def _groups_for(cluster: Cluster, ratings: Ratings, count: int, features: int) -> int:
    """How many tasks share a round: as many as are worth their rounds, unless that was said.

    With G groups an epoch takes about work / G + G × (a round's own time), which is least at √(work / round).
    """
    width = -(-(features + 2) // 4) * 4
    least = -(-4 * width * max(ratings.num_users, ratings.num_items) // GROUP_BYTES)
    worth = round((ratings.count * width * SECONDS_A_NUMBER / SECONDS_A_ROUND) ** 0.5)
    wanted = cluster.options.get("parallelism") or min(cluster.slots, worth)
    return max(1, min(count, max(wanted, least)))


def part_of(place: Column, bounds: list[int]) -> Column:
    """The part that a place falls into."""
    inner = bounds[1:-1]
    if not inner:
        return F.lit(0)

    # A sorted list of bounds, halved again and again.
    def within(low: int, high: int) -> Column:
        if low == high:
            return F.lit(low)
        middle = (low + high) // 2
        return F.when(place < inner[middle], within(low, middle)).otherwise(within(middle + 1, high))

    return within(0, len(inner))


def _parts(bounds: list[int]) -> dict[str, np.ndarray]:
    """For each place its part, and the place in it."""
    sizes = np.diff(bounds)
    part = np.repeat(np.arange(len(sizes), dtype="i4"), sizes)
    at = np.arange(bounds[-1], dtype="i4") - np.asarray(bounds, "i4")[part]
    return {"part": part, "at": at.astype("i4")}


def _blocks(cluster: Cluster, ratings: Ratings, plan: Plan) -> tuple[str, list[DataFrame]]:
    """Where all blocks lie; and for each round of an epoch its own, where they are worked on."""
    grouping, standard = plan.grouping, plan.standard
    parts = _parts(plan.item_bounds)
    items = cluster.table(
        {
            "item": np.arange(ratings.num_items, dtype="i4"),
            "t": parts["part"][plan.place_of],
            "place": parts["at"][plan.place_of],
        }
    )
    build = block_builder(plan.user_bounds, plan.keys, grouping)
    # As few bytes as will do: every rating goes through a shuffle, a sort and Arrow here.
    block = part_of(F.col("user"), plan.user_bounds) * grouping.count + F.col("t")
    centred = ((F.col("value") - standard.mean) * standard.in_units).cast("float")
    built = (
        ratings.frame.join(F.broadcast(items), "item")
        .select(block.alias("block"), "user", "place", centred.alias("value"))
        .groupBy("block")
        .applyInArrow(build, BLOCK_TYPE)
    )
    path = cluster.new_path("blocks")
    cluster.write(built, path)
    blocks = cluster.spark.read.schema(BLOCK_TYPE).parquet(path)
    return path, [
        blocks.where(F.col("round") == round).repartition(grouping.groups, "key").persist()
        for round in range(grouping.rounds)
    ]


def balanced_keys(cluster: Cluster, groups: int) -> list[int]:
    """Integers, one a group, each of which Spark's hash partitioning deals to a partition of its own."""
    found: dict[int, int] = {}
    start, step = 0, 64 * groups
    while len(found) < groups:
        numbers_ = cluster.spark.range(start, start + step).select(F.col("id").cast("int").alias("key"))
        dealt = numbers_.select("key", F.pmod(F.hash("key"), F.lit(groups)).alias("part")).collect()
        for row in sorted(dealt):
            found.setdefault(row["part"], row["key"])
        start += step
    return [found[group] for group in range(groups)]
