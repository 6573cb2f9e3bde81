"""Mean, spread and damped means of ratings, to the digits of `factorize` on one machine."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from .columns import numbers
from .orderless import in_units, unit_for
from .ratings import Ratings

# The spread that factorize's defaults are chosen for, and by how many ratings at the mean the first means are damped:
# those of src/train/sgd.
USUAL_SPREAD = 1.1257
DAMPING = 10


@dataclass(frozen=True)
class Standard:
    """Where ratings lie, and in what unit they are factorized."""

    mean: float
    unit: float
    is_constant: bool

    @property
    def in_units(self) -> float:
        return 0.0 if self.is_constant else 1.0 / self.unit


def standard_of(ratings: Ratings) -> Standard:
    low, high = ratings.extent()
    n = ratings.count

    def total(most: float, term: Column) -> float:
        unit = unit_for(most, n)
        return ratings.frame.agg(F.sum(in_units(term, unit))).first()[0] * unit

    value = F.col("value")
    mean = low + total(high - low, value - F.lit(low)) / n
    off = value - F.lit(mean)
    scale = math.sqrt(total((high - low) ** 2, off * off) / n)
    if scale <= 1e-13 * max(abs(low), abs(high)):
        scale = 0.0
    return Standard(mean, scale / USUAL_SPREAD if scale > 0 else 1.0, scale == 0)


def item_means(ratings: Ratings, standard: Standard) -> tuple[np.ndarray, np.ndarray]:
    """Of each item its ratings and their damped mean, less the mean of all."""
    low, high = ratings.extent()
    most = max(high - standard.mean, standard.mean - low)
    unit = unit_for(most, ratings.count)
    term = in_units(F.col("value") - F.lit(standard.mean), unit)
    table = ratings.frame.groupBy("item").agg(F.count("*").alias("n"), F.sum(term).alias("k")).toArrow()
    counts = np.zeros(ratings.num_items, "i8")
    sums = np.zeros(ratings.num_items)
    item = numbers(table, "item")
    counts[item] = numbers(table, "n")
    sums[item] = numbers(table, "k") * unit
    return counts, sums / (counts + float(DAMPING))


def user_means(ratings: Ratings, standard: Standard, of_item: np.ndarray) -> DataFrame:
    """Of each user with ratings their number and the damped mean of what the items leave: user, n, number."""
    low, high = ratings.extent()
    most = 2 * max(high - standard.mean, standard.mean - low)
    unit = unit_for(most, ratings.count)
    items = ratings.frame.sparkSession.createDataFrame(
        pa.table({"item": np.arange(len(of_item), dtype="i4"), "mu": of_item})
    )
    left = F.col("value") - F.lit(standard.mean) - F.col("mu")
    return (
        ratings.frame.join(F.broadcast(items), "item")
        .groupBy("user")
        .agg(F.count("*").alias("n"), F.sum(in_units(left, unit)).alias("k"))
        .select(
            "user", "n", ((F.col("k") * F.lit(unit)) / (F.col("n") + F.lit(float(DAMPING)))).alias("number")
        )
    )
