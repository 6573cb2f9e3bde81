"""A model's tables: by row of a user or an item, with ids, in storage or at home."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .factorize import Model
from .folders import Folder, bring_home, folder_at
from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster
from .tasks import rows_out

ROWS = "row int, number double, features array<double>"


def user_rows(cluster: Cluster, model: Model) -> DataFrame:
    """index, number (b), features (w) of every user."""
    return _table(
        cluster, model, "w", model.plan.user_bounds, lambda rows: rows.withColumnRenamed("row", "index")
    )


def item_rows(cluster: Cluster, model: Model) -> DataFrame:
    """index, number (mu), features (x) of every item."""

    def indexed(rows: DataFrame) -> DataFrame:
        place_of = model.plan.place_of
        places = cluster.table({"index": np.arange(len(place_of), dtype="i4"), "row": place_of})
        return rows.join(F.broadcast(places), "row").select("index", "number", "features")

    return _table(cluster, model, "x", model.plan.item_bounds, indexed)


def _table(
    cluster: Cluster, model: Model, kind: str, bounds: list[int], indexed: Callable[[DataFrame], DataFrame]
) -> DataFrame:
    """The rows of one kind, computed once where the model keeps its tables."""
    if model.tables is not None and kind in model.tables:
        return model.tables[kind]
    standard = model.plan.standard
    out = rows_out(kind, bounds, (model.features, model.plan.width), standard.mean, standard.unit)
    table = indexed(model.state.where(F.col("kind") == kind).mapInArrow(out, ROWS))
    if model.tables is None:
        return table
    model.tables[kind] = cluster.stored(table, kind, "none")
    return model.tables[kind]


def save(
    cluster: Cluster, model: Model, folder: str, users: list | None = None, items: list | None = None
) -> None:
    """Writes a model as `saveModel` does, each table in as many files as it takes.

    :param users: The ids of the users to take; all where None. `items` likewise.
    :raises Fault: for an id that the model does not have, and a folder that holds anything but a stored model.
    """
    cluster.link.progress(stage="storing")
    ratings = model.ratings
    tables = {
        "items": (item_rows(cluster, model), ratings.items, items, ("mu", "x"), ratings.num_items),
        "users": (user_rows(cluster, model), ratings.users, users, ("b", "w"), ratings.num_users),
    }
    place = folder_at(cluster, folder)
    _make_room(place, folder)
    files: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name, (rows, ids, wanted, (number, features), size) in tables.items():
        frame = rows.join(_among(ids, name, wanted), "index").select(
            "index", "id", F.col("number").alias(number), F.col("features").alias(features)
        )
        files.update(place.put(frame, size, model.features + 2, name))
        sizes[name] = size if wanted is None else len(wanted)
    manifest = {
        "format": "cofi model",
        "version": 1,
        "numItems": sizes["items"],
        "numUsers": sizes["users"],
        "numFeatures": model.features,
        "carriesIds": True,
        "files": files,
    }
    place.put_text("model.json", json.dumps(manifest, indent=2) + "\n")


def _make_room(place: Folder, shown: str) -> None:
    """Only a stored model, or an empty folder, may be replaced: anything else in it would be lost."""
    names = place.names()
    for name in names:
        if name not in ("model.json", "model.json.part", "items", "users", "items.parquet", "users.parquet"):
            raise Fault(f"{shown}: must be new, empty or a stored model, got a folder that holds {name}", "Error")
    for name in ("model.json", "items.parquet", "users.parquet"):
        if name in names:
            place.remove(name)


def _among(ids: DataFrame, kind: str, wanted: list | None) -> DataFrame:
    """The rows of some ids."""
    if wanted is None:
        return ids
    found = ids.where(F.col("id").isin(wanted))
    known = {row["id"] for row in found.select("id").collect()}
    missing = [one for one in wanted if one not in known]
    if missing:
        raise Fault(f"{kind} must be ids of the model, got {json.dumps(missing[0])}")
    return found


def save_lists(cluster: Cluster, model: Model, lists: DataFrame, folder: str, home: bool, count: int) -> None:
    """Writes lists as a table: by ids (user, place, item, score), or by indices where they are to be taken home."""
    ratings = model.ratings
    if home:
        rows = ratings.num_users * count
        bring_home(cluster, lists, ["user", "place"], ratings.num_users, rows, 4, folder)
        return
    users = ratings.users.select(F.col("index").alias("user"), F.col("id").alias("user_id"))
    items = ratings.items.select(F.col("index").alias("item"), F.col("id").alias("item_id"))
    named = (
        lists.join(users, "user")
        .join(F.broadcast(items), "item")
        .orderBy("user", "place")
        .select(F.col("user_id").alias("user"), "place", F.col("item_id").alias("item"), "score")
    )
    cluster.write(named, folder, "zstd")


def save_ratings(cluster: Cluster, ratings: Ratings, folder: str) -> None:
    """Brings numbered ratings home by user and item, and the ids, as three tables."""
    cluster.link.progress(stage="storing")
    users, items = ratings.num_users, ratings.num_items
    bring_home(cluster, ratings.frame, ["user", "item"], users, ratings.count, 4, f"{folder}/ratings")
    bring_home(cluster, ratings.users, ["index"], users, users, 4, f"{folder}/users")
    bring_home(cluster, ratings.items, ["index"], items, items, 4, f"{folder}/items")
