"""Ratings from whatever Spark reads: checked, numbered, settled, and put into storage."""

from __future__ import annotations

import json
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster

#: How many faulty rows a message shows.
SHOWN = 3

#: The greatest whole number that JavaScript tells from its neighbours.
SAFE = 2**53 - 1


def open_source(cluster: Cluster, source: dict) -> DataFrame:
    """The table at some paths, or of a name.

    :raises Fault: for what is not there, or cannot be read as that.
    """
    reader = cluster.spark.read
    shown = source["shown"]
    try:
        if source["format"] == "table":
            return cluster.spark.table(source["table"])
        if source["format"] == "csv":
            reader = reader.option("header", str(source["header"]).lower()).option("sep", source["delimiter"])
            reader = reader.option("quote", source["quote"]).option("escape", '"').option("mode", "FAILFAST")
            frame = reader.csv(source["paths"])
        elif source["format"] == "json":
            frame = reader.option("mode", "FAILFAST").json(source["paths"])
        else:
            frame = reader.parquet(*source["paths"])
        return frame
    except AnalysisException as error:
        condition = error.getCondition() or ""
        if "NOT_FOUND" in condition:
            what = "no such table" if source["format"] == "table" else "no such file that the cluster reads"
            raise Fault(f"{shown}: {what}", "Error") from error
        raise Fault(f"{shown}: cannot be read ({first_line(error)})", "Error") from error


def first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0]


def columns_of(cluster: Cluster, source: dict) -> list[str]:
    """The names of a source's columns."""
    return open_source(cluster, source).columns


def read_ratings(cluster: Cluster, source: dict, columns: dict[str, str], options: dict) -> Ratings:
    """
    :param columns: What the columns of user, item, value and perhaps time are called.
    :param options: duplicates ("error", "last", "mean"), and unrated, values that mean no rating.
    """
    link, shown = cluster.link, source["shown"]
    link.progress(stage="reading")
    raw = open_source(cluster, source)
    types = {field.name: field.dataType for field in raw.schema.fields}
    column = {role: F.col("`" + name.replace("`", "``") + "`") for role, name in columns.items()}
    text = {role: _text(column[role], types[columns[role]]) for role in ("user", "item", "value")}
    has_times = "time" in columns
    rows = raw.select(
        text["user"].alias("user"),
        text["item"].alias("item"),
        text["value"].alias("said"),
        _number(column["value"], types[columns["value"]]).alias("value"),
        *([_time(column["time"], types[columns["time"]]).alias("time")] if has_times else []),
    )
    unrated = options.get("unrated") or []
    if unrated:
        rows = rows.where(
            ~F.coalesce(F.col("value").isin(*[float(value) for value in unrated]), F.lit(False))
        )
    faults = {
        "user": F.col("user").isNull(),
        "item": F.col("item").isNull(),
        "value": _is_no_number(F.col("value")),
    }
    if has_times:
        faults["time"] = _is_no_number(F.col("time"))
    kinds = {role: _kind_of(types[columns[role]], source["format"]) for role in ("user", "item")}
    whole = {role: F.col(role).rlike(r"^-?(0|[1-9]\d*)(\.0+)?$") for role in ("user", "item")}
    number = {role: F.expr(f"try_cast({role} AS DECIMAL(38, 0))") for role in ("user", "item")}
    safe = {role: whole[role] & (F.abs(number[role]) <= F.lit(SAFE)) for role in ("user", "item")}
    try:
        counted = rows.agg(
            F.count("*").alias("rows"),
            *[F.count_if(fault).alias(f"fault_{role}") for role, fault in faults.items()],
            *[
                F.count_if(~F.coalesce(safe[role], F.lit(False))).alias(f"text_{role}")
                for role in ("user", "item")
            ],
        ).first()
    except Exception as error:
        if "MALFORMED" in str(error) or "FAILED_READ_FILE" in str(error):
            raise Fault(f"{shown}: damaged, or not {source['format']}: {_cause(error)}", "Error") from error
        raise
    if counted["rows"] == 0:
        raise Fault(f"{shown}: ratings must hold at least one rating, got none")
    for role in faults:
        if counted[f"fault_{role}"] > 0:
            raise _fault(shown, rows, role, faults[role], counted[f"fault_{role}"])
    for role in ("user", "item"):
        if kinds[role] != "text" and counted[f"text_{role}"] == 0:
            rows = rows.withColumn(role, number[role].cast("bigint"))
    # What comes goes over the rows some four times: text is taken apart once.
    apart = cluster.new_path("read")
    rows = rows.drop("said")
    cluster.write(rows, apart, "zstd")
    rows = cluster.spark.read.schema(rows.schema).parquet(apart)
    rows, count = _settled(rows, options["duplicates"], counted["rows"], has_times, shown)

    link.progress(stage="numbering")
    users, num_users = _numbered(cluster, rows, "user")
    items, num_items = _numbered(cluster, rows, "item")
    named = (
        rows.withColumnsRenamed({"user": "user_id", "item": "item_id"})
        .join(users.select(F.col("id").alias("user_id"), F.col("index").alias("user")), "user_id")
        .join(items.select(F.col("id").alias("item_id"), F.col("index").alias("item")), "item_id")
        .select("user", "item", "value", *(["time"] if has_times else []))
    )
    frame = cluster.stored(named, "ratings")
    cluster.remove(apart)
    return Ratings(frame, num_items, num_users, count, users, items, has_times)


def _text(column: Column, kind: T.DataType) -> Column:
    """A column as text without blanks around it, none where nothing is left; whole numbers as such, also as doubles."""
    if isinstance(kind, T.StringType):
        return F.nullif(F.trim(column), F.lit(""))
    if isinstance(kind, (T.FloatType, T.DoubleType)):
        is_whole = (column == F.floor(column)) & (F.abs(column) <= F.lit(float(SAFE)))
        return F.when(is_whole, column.cast("bigint").cast("string")).otherwise(column.cast("string"))
    return column.cast("string")


def _number(column: Column, kind: T.DataType) -> Column:
    return F.expr("CAST(NULL AS DOUBLE)") if isinstance(kind, T.NullType) else column.try_cast("double")


def _time(column: Column, kind: T.DataType) -> Column:
    """Seconds since 1970."""
    if isinstance(kind, T.StringType):
        return F.coalesce(column.try_cast("double"), column.try_cast("timestamp").cast("double"))
    if isinstance(kind, (T.DateType, T.TimestampNTZType)):
        return column.cast("timestamp").cast("double")
    return column.cast("double")


def _is_no_number(value: Column) -> Column:
    return value.isNull() | F.isnan(value) | (F.abs(value) == F.lit(float("inf")))


def _kind_of(kind: T.DataType, format: str) -> str:
    """Text stays text where the format tells it from numbers."""
    return "text" if isinstance(kind, T.StringType) and format != "csv" else "any"


def _fault(shown: str, rows: DataFrame, role: str, fault: Column, count: int) -> Fault:
    """The sentence for rows that cannot be taken, with the first of them."""
    rule = {
        "user": "user must be an id, got none",
        "item": "item must be an id, got none",
        "value": "rating must be a finite number, got",
        "time": "time must be a number or a date, got",
    }[role]
    bad = rows.where(fault).orderBy("user", "item").limit(SHOWN).collect()
    of_each = []
    for row in bad:
        cell = ", ".join(f"{name} {_said(row[name])}" for name in ("user", "item"))
        said = (
            f"{_said(row['said'])} "
            if role == "value"
            else f"{_said(row['time'])} "
            if role == "time"
            else ""
        )
        of_each.append(f"{said}({cell})")
    more = f" and {count - len(of_each)} more" if count > len(of_each) else ""
    return Fault(f"{shown}: {rule} {', '.join(of_each)}{more}")


def _said(value: Any) -> str:
    return "none" if value is None else json.dumps(str(value), ensure_ascii=False)


def _settled(rows: DataFrame, policy: str, count: int, has_times: bool, shown: str) -> tuple[DataFrame, int]:
    """One rating a cell, by the policy for repeats."""
    cells = rows.groupBy("user", "item")
    repeated = cells.count().where("count > 1")
    if policy == "error":
        first = repeated.orderBy("user", "item").limit(SHOWN).collect()
        if not first:
            return rows, count
        total = repeated.count()
        named = ", ".join(f"user {row['user']}, item {row['item']}" for row in first)
        more = f" and {total - len(first)} more" if total > len(first) else ""
        raise Fault(
            f'{shown}: a cell must be rated once, got {named}{more} again: pass duplicates: "last" or "mean" to allow it'
        )
    if policy == "last" and not has_times:
        raise Fault(
            f'{shown}: duplicates "last" must come with a column of times, got none: rows have no order on a cluster'
        )
    # Of a cell's ratings the numbers in ascending order, so that their mean has one way to be added.
    sorted_values = F.array_sort(F.collect_list("value"))
    total = F.aggregate(sorted_values, F.lit(0.0), lambda sum_, value: sum_ + value)
    mean = total / F.count("value")
    last = F.max(F.struct("time", "value"))["value"] if has_times else mean
    settled = cells.agg(
        (mean if policy == "mean" else last).alias("value"),
        *([F.max("time").alias("time")] if has_times else []),
    )
    return settled, settled.count()


def _numbered(cluster: Cluster, rows: DataFrame, role: str) -> tuple[DataFrame, int]:
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


def _cause(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "MALFORMED" in line or "Caused by" in line]
    return (told or lines)[0][:300]
