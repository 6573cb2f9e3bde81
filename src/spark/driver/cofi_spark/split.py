"""Ratings in two parts: what is learned from, and what is held back."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster

#: Moments are looked for among so many at a time.
BINS = 4096


def split(cluster: Cluster, ratings: Ratings, by: str, test: float, seed: float) -> tuple[Ratings, Ratings]:
    cluster.link.progress(stage="splitting")
    held = _at_random(test, seed) if by == "random" else _latest(ratings, test)
    total = ratings.frame.where(held).count()
    if total == 0 or total == ratings.count:
        raise Fault(f"ratings must be enough to hold some back, got {ratings.count}")
    parts = [(~held, ratings.count - total), (held, total)]
    train, tested = (
        ratings.with_ratings(cluster.stored(ratings.frame.where(condition), "part"), count)
        for condition, count in parts
    )
    return train, tested


def _at_random(test: float, seed: float) -> Column:
    """Each rating draws for itself, by a hash of seed, user and item: whatever else there is, and wherever."""
    drawn = F.pmod(F.xxhash64(F.lit(float(seed)), "user", "item"), F.lit(1 << 32))
    return drawn < F.lit(round(test * (1 << 32)))


def _latest(ratings: Ratings, test: float) -> Column:
    """The latest of all, those of one moment together: cut at the moment that the rating at the place of the part has."""
    if not ratings.has_times:
        raise Fault("times must be given, for the ratings have none")
    n = ratings.count
    # As JavaScript rounds.
    held = min(n - 1, max(1, int(n * test + 0.5)))
    cut = _at_place(ratings, n - held)
    first = ratings.frame.agg(F.min("time")).first()[0]
    if cut == first:
        cut = ratings.frame.where(F.col("time") > F.lit(first)).agg(F.min("time")).first()[0]
    if cut is None:
        raise Fault(
            f"times must tell 2 parts from one another, got none after {first:g} where one is to begin"
        )
    return F.col("time") >= F.lit(cut)


def _at_place(ratings: Ratings, place: int) -> float:
    """The time at a place, from 0, of all in their order: found by counting in ever narrower bins."""
    times = ratings.frame.select("time")
    low, high = times.agg(F.min("time"), F.max("time")).first()
    before = 0
    while True:
        inside = times.where((F.col("time") >= F.lit(low)) & (F.col("time") <= F.lit(high)))
        width = (high - low) / BINS
        if width == 0 or low + width == low:
            return low
        number = F.least(F.floor((F.col("time") - F.lit(low)) / F.lit(width)), F.lit(BINS - 1))
        found = inside.groupBy(number.alias("bin")).agg(
            F.count("*").alias("n"), F.min("time").alias("low"), F.max("time").alias("high")
        )
        for row in sorted(found.collect()):
            if place < before + row["n"]:
                low, high = row["low"], row["high"]
                break
            before += row["n"]
        if low == high:
            return low
