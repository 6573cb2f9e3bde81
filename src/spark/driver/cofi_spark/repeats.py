"""Cells that are rated more than once: found, and settled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .columns import numbers
from .spark import Cluster

#: So many cells are sorted at a time.
AT_ONCE = 8_000_000

#: Of a part of the cells how many are rated more than once, and the first of these.
FOUND = "repeated long, cells array<long>"


def repeats(cluster: Cluster, frame: DataFrame, num_items: int, count: int, shown: int) -> tuple[int, list]:
    """How many cells are rated more than once, and the first (user, item) of them."""

    def find(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # A copy: a batch's memory is another's once the next has come.
        parts = [np.array(numbers(batch, "cell")) for batch in batches]
        cells = np.sort(np.concatenate(parts)) if parts else np.empty(0, "<i8")
        again = np.unique(cells[1:][cells[1:] == cells[:-1]])
        if len(again):
            first = again[:shown].tolist()
            yield pa.RecordBatch.from_pydict(
                {"repeated": pa.array([len(again)]), "cells": pa.array([first], pa.list_(pa.int64()))}
            )

    cell = (F.col("user").cast("long") * num_items + F.col("item")).alias("cell")
    parts = max(cluster.slots, -(-count // AT_ONCE))
    found = frame.select(cell).repartition(parts, "cell").mapInArrow(find, FOUND).collect()
    first = sorted(cell for row in found for cell in row["cells"])[:shown]
    return sum(row["repeated"] for row in found), [divmod(cell, num_items) for cell in first]


def settled(frame: DataFrame, policy: str, has_times: bool) -> DataFrame:
    """One rating a cell: of several the "last" by time, of equal times the greatest, or their "mean"."""
    # Of a cell's ratings the numbers in ascending order, so that their mean has one way to be added.
    sorted_values = F.array_sort(F.collect_list("value"))
    total = F.aggregate(sorted_values, F.lit(0.0), lambda sum_, value: sum_ + value)
    mean = total / F.count("value")
    last = F.max(F.struct("time", "value"))["value"] if has_times else mean
    return frame.groupBy("user", "item").agg(
        (mean if policy == "mean" else last).alias("value"),
        *([F.max("time").alias("time")] if has_times else []),
    )
