"""Ids of users and items: whole numbers where all of them are, text otherwise; numbered in ascending order."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .spark import Cluster

#: The greatest whole number that JavaScript tells from its neighbours.
SAFE = 2**53 - 1

#: How a whole number may be written.
WHOLE = r"^-?(0|[1-9]\d*)(\.0+)?$"


def as_text(column: Column, kind: T.DataType) -> Column:
    """A column as text without blanks around it, none where nothing is left; whole numbers as such, also as doubles."""
    if isinstance(kind, T.StringType):
        return F.nullif(F.trim(column), F.lit(""))
    if isinstance(kind, (T.FloatType, T.DoubleType)):
        is_whole = (column == F.floor(column)) & (F.abs(column) <= F.lit(float(SAFE)))
        return F.when(is_whole, column.cast("bigint").cast("string")).otherwise(column.cast("string"))
    return column.cast("string")


def apart(column: Column, kind: T.DataType, is_typed: bool) -> tuple[Column, Column]:
    """An id as a number, where it is one, and as text, where that says more: of one that is missing neither.

    :param is_typed: Whether the source tells text from numbers.
    """
    if isinstance(kind, T.IntegralType):
        is_safe = column.between(-SAFE, SAFE)
        return F.when(is_safe, column.cast("bigint")), F.when(~is_safe, column.cast("string"))
    text = as_text(column, kind)
    if isinstance(kind, T.StringType) and is_typed:
        return F.lit(None).cast("bigint"), text
    digits = text.try_cast("bigint")
    # Most ids are written as numbers are: only others are looked at by the letter.
    is_plain = F.coalesce((digits.cast("string") == text) & digits.between(-SAFE, SAFE), F.lit(False))
    whole = F.when(text.rlike(WHOLE), text.try_cast("decimal(38, 0)").try_cast("bigint"))
    other = F.when(whole.between(-SAFE, SAFE), whole)
    return F.when(is_plain, digits).otherwise(other), F.when(~is_plain, text)


def numbered(cluster: Cluster, rows: DataFrame, role: str) -> tuple[DataFrame, int]:
    """The ids in ascending order, numbered from 0: index int, id."""
    ids = rows.select(F.col(role).alias("id")).distinct()
    parts = max(cluster.slots, 2)
    # A row's number in its part, with the part's in the upper bits: in storage, so that it stays as it is.
    place = F.monotonically_increasing_id()
    sorted_ids = ids.repartitionByRange(parts, "id").sortWithinPartitions("id").withColumn("place", place)
    stored = cluster.stored(sorted_ids, f"{role}s-sorted")
    part = F.shiftright("place", 33)
    sizes = {row["part"]: row["count"] for row in stored.groupBy(part.alias("part")).count().collect()}
    offsets, total = [], 0
    for k in range(parts):
        offsets.append(total)
        total += sizes.get(k, 0)
    offset = F.element_at(F.array(*[F.lit(first) for first in offsets]), (part + 1).cast("int"))
    index = (offset + F.col("place").bitwiseAND(F.lit((1 << 33) - 1))).cast("int")
    return cluster.stored(stored.select(index.alias("index"), "id"), f"{role}s"), total
