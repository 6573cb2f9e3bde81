"""Ratings from whatever Spark reads: checked, numbered, settled, and put into storage."""

from __future__ import annotations

import json
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .ids import apart, as_text, numbered
from .protocol import Fault
from .ratings import Ratings
from .repeats import repeats, settled
from .spark import Cluster

#: How many faulty rows a message shows.
SHOWN = 3


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
    text = {role: as_text(column[role], types[columns[role]]) for role in ("user", "item", "value")}
    has_times = "time" in columns
    numbers = {"value": _number(column["value"], types[columns["value"]])}
    if has_times:
        numbers["time"] = _time(column["time"], types[columns["time"]])
    unrated = options.get("unrated") or []
    if unrated:
        is_none = numbers["value"].isin(*[float(value) for value in unrated])
        raw = raw.where(~F.coalesce(is_none, F.lit(False)))

    # What comes goes over the rows some four times: text is taken apart once.
    is_typed = source["format"] != "csv"
    ids = {role: apart(column[role], types[columns[role]], is_typed) for role in ("user", "item")}
    path = cluster.new_path("read")
    parts = raw.select(
        *[number.alias(f"{role}_number") for role, (number, _) in ids.items()],
        *[words.alias(f"{role}_text") for role, (_, words) in ids.items()],
        *[number.alias(name) for name, number in numbers.items()],
    )
    try:
        cluster.write(parts, path, "snappy")
    except Exception as error:
        if "MALFORMED" in str(error) or "FAILED_READ_FILE" in str(error):
            raise Fault(f"{shown}: damaged, or not {source['format']}: {_cause(error)}", "Error") from error
        raise
    rows = cluster.spark.read.schema(parts.schema).parquet(path)

    is_text = {role: F.col(f"{role}_number").isNull() for role in ids}
    faults = {
        **{role: is_text[role] & F.col(f"{role}_text").isNull() for role in ids},
        **{name: _is_no_number(F.col(name)) for name in numbers},
    }
    counted = rows.agg(
        F.count("*").alias("rows"),
        *[F.count_if(fault).alias(f"fault_{role}") for role, fault in faults.items()],
        *[F.count_if(is_text[role]).alias(f"text_{role}") for role in ids],
    ).first()
    if counted["rows"] == 0:
        raise Fault(f"{shown}: ratings must hold at least one rating, got none")
    for role in faults:
        if counted[f"fault_{role}"] > 0:
            said = {**text, "said": text["value"], **numbers}
            as_said = raw.select(*[one.alias(name) for name, one in said.items()])
            raise _fault(shown, as_said, role, counted[f"fault_{role}"])
    for role in ids:
        number, words = F.col(f"{role}_number"), F.col(f"{role}_text")
        id_ = number if counted[f"text_{role}"] == 0 else F.coalesce(words, number.cast("string"))
        rows = rows.withColumn(f"{role}_id", id_)

    policy, count = options["duplicates"], counted["rows"]
    if policy == "last" and not has_times:
        raise Fault(
            f'{shown}: duplicates "last" must come with a column of times, got none: rows have no order on a cluster'
        )

    link.progress(stage="numbering")
    users, num_users = numbered(cluster, rows, "user_id")
    items, num_items = numbered(cluster, rows, "item_id")
    named = (
        rows.join(users.select(F.col("id").alias("user_id"), F.col("index").alias("user")), "user_id")
        .join(items.select(F.col("id").alias("item_id"), F.col("index").alias("item")), "item_id")
        .select("user", "item", *numbers)
    )
    frame = cluster.stored(named if policy == "error" else settled(named, policy, has_times), "ratings")
    cluster.remove(path)
    if policy == "error":
        total, first = repeats(cluster, frame, num_items, count, SHOWN)
        if total > 0:
            raise _rated_twice(shown, total, first, users, items)
    else:
        count = frame.count()
    return Ratings(frame, num_items, num_users, count, users, items, has_times)


def _rated_twice(shown: str, total: int, cells: list, users: DataFrame, items: DataFrame) -> Fault:
    """The sentence for cells that are rated more than once, with the first (user, item) of them."""

    def ids(table: DataFrame, indices: list[int]) -> dict:
        return {row["index"]: row["id"] for row in table.where(F.col("index").isin(indices)).collect()}

    user_ids, item_ids = ids(users, [user for user, _ in cells]), ids(items, [item for _, item in cells])
    named = _listed([f"user {user_ids[user]}, item {item_ids[item]}" for user, item in cells], total)
    return Fault(
        f'{shown}: a cell must be rated once, got {named} again: pass duplicates: "last" or "mean" to allow it'
    )


def _listed(first: list[str], total: int) -> str:
    """The first of so many."""
    more = f" and {total - len(first)} more" if total > len(first) else ""
    return ", ".join(first) + more


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


def _fault(shown: str, rows: DataFrame, role: str, count: int) -> Fault:
    """The sentence for rows that cannot be taken, with the first of them."""
    rule = {
        "user": "user must be an id, got none",
        "item": "item must be an id, got none",
        "value": "rating must be a finite number, got",
        "time": "time must be a number or a date, got",
    }[role]
    fault = _is_no_number(F.col(role)) if role in ("value", "time") else F.col(role).isNull()
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
    return Fault(f"{shown}: {rule} {_listed(of_each, count)}")


def _said(value: Any) -> str:
    return "none" if value is None else json.dumps(str(value), ensure_ascii=False)


def _cause(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "MALFORMED" in line or "Caused by" in line]
    return (told or lines)[0][:300]
