"""Ratings in short, and ratings less their means."""

from __future__ import annotations

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .columns import numbers
from .orderless import in_units, unit_for
from .ratings import Ratings
from .spark import Cluster

QUANTILES = {"min": 0.0, "10 %": 0.1, "25 %": 0.25, "median": 0.5, "75 %": 0.75, "90 %": 0.9, "max": 1.0}


def describe(cluster: Cluster, ratings: Ratings) -> list[dict]:
    """The rows of `describe`: of the stars, and of the ratings of a user and of an item."""
    cluster.link.progress(stage="describing")
    rated = 100 * ratings.count / (ratings.num_items * ratings.num_users)
    counts = {
        role: table.select(F.col("index").alias(role))
        .join(ratings.frame.groupBy(role).count(), role, "left")
        .select(F.coalesce("count", F.lit(0)).cast("double").alias("value"))
        for role, table in (("user", ratings.users), ("item", ratings.items))
    }
    return [
        {"of": "stars of a rating", **_spread(ratings.frame, rated)},
        {"of": "ratings of a user", **_spread(counts["user"])},
        {"of": "ratings of an item", **_spread(counts["item"])},
    ]


def _spread(frame: DataFrame, rated: float | None = None) -> dict:
    value = F.col("value")
    row = frame.agg(
        F.count("*").alias("n"),
        F.avg(value).alias("mean"),
        F.stddev_pop(value).alias("sd"),
        F.percentile(value, list(QUANTILES.values())).alias("quantiles"),
    ).first()
    return {
        "count": row["n"],
        **({"% rated": rated} if rated is not None else {}),
        "mean": row["mean"],
        "sd": row["sd"],
        **dict(zip(QUANTILES, row["quantiles"])),
    }


def normalize(cluster: Cluster, ratings: Ratings, by: str, damping: float, file: str) -> Ratings:
    """Ratings less the mean of their item or user; the means go into a file of doubles."""
    cluster.link.progress(stage="normalizing")
    length = ratings.num_items if by == "item" else ratings.num_users
    low, high = ratings.extent()
    unit = unit_for(max(abs(low), abs(high)), ratings.count)
    table = (
        ratings.frame.groupBy(by)
        .agg(F.count("*").alias("n"), F.sum(in_units(F.col("value"), unit)).alias("k"))
        .toArrow()
    )
    counts, sums = np.zeros(length), np.zeros(length)
    place = numbers(table, by)
    counts[place] = numbers(table, "n")
    sums[place] = numbers(table, "k") * unit
    mean = sums.sum() / ratings.count
    with np.errstate(invalid="ignore"):
        means = np.where(counts + damping > 0, (sums + damping * mean) / (counts + damping), mean)
    means.astype("<f8").tofile(file)
    joined = cluster.table({by: np.arange(length, dtype="i4"), "mean": means})
    less = ratings.frame.join(joined, by).withColumn("value", F.col("value") - F.col("mean")).drop("mean")
    return ratings.with_ratings(cluster.stored(less, "normalized"), ratings.count, is_centred=True)
