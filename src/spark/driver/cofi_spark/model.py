"""A model's tables: by row of a user or an item, with ids, in storage or at home."""

from __future__ import annotations

import hashlib
import json
import os

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .factorize import Model
from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster
from .tasks import rows_out

ROWS = "row int, number double, features array<double>"


def user_rows(cluster: Cluster, model: Model) -> DataFrame:
    """index, number (b), features (w) of every user; computed once."""
    if "users" not in model.tables:
        plan = model.plan
        out = rows_out(
            "w", plan.user_bounds, (model.features, plan.width), plan.standard.mean, plan.standard.unit
        )
        rows = model.state.where("kind = 'w'").mapInArrow(out, ROWS)
        model.tables["users"] = cluster.stored(rows.withColumnRenamed("row", "index"), "w", "none")
    return model.tables["users"]


def item_rows(cluster: Cluster, model: Model) -> DataFrame:
    """index, number (mu), features (x) of every item; computed once."""
    if "items" not in model.tables:
        plan = model.plan
        out = rows_out(
            "x", plan.item_bounds, (model.features, plan.width), plan.standard.mean, plan.standard.unit
        )
        rows = model.state.where("kind = 'x'").mapInArrow(out, ROWS)
        places = cluster.table({"index": np.arange(len(plan.place_of), dtype="i4"), "row": plan.place_of})
        indexed = rows.join(F.broadcast(places), "row").select("index", "number", "features")
        model.tables["items"] = cluster.stored(indexed, "x", "none")
    return model.tables["items"]


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
    _make_room(folder)
    files: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name, (rows, ids, wanted, (number, features), size) in tables.items():
        frame = rows.join(_among(ids, name, wanted), "index").select(
            "index", "id", F.col("number").alias(number), F.col("features").alias(features)
        )
        in_order = frame.orderBy("index").drop("index")
        path = f"{folder}/{name}"
        cluster.write(in_order, path, "zstd")
        for file in sorted(os.listdir(path)):
            if file.endswith(".parquet") and not file.startswith("."):
                files[f"{name}/{file}"] = _checksum(f"{path}/{file}")
            else:
                os.remove(f"{path}/{file}")
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
    part = f"{folder}/model.json.part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(json.dumps(manifest, indent=2) + "\n")
    os.rename(part, f"{folder}/model.json")


def _make_room(folder: str) -> None:
    """Only a stored model, or an empty folder, may be replaced: anything else in it would be lost."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name not in ("model.json", "model.json.part", "items", "users", "items.parquet", "users.parquet"):
            raise Fault(
                f"{folder}: must be new, empty or a stored model, got a folder that holds {name}", "Error"
            )
    for name in ("model.json", "items.parquet", "users.parquet"):
        if os.path.exists(f"{folder}/{name}"):
            os.remove(f"{folder}/{name}")


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


def save_lists(cluster: Cluster, model: Model, lists: DataFrame, folder: str, home: bool) -> None:
    """Writes lists as a table: by ids (user, place, item, score), or by indices where they are to be taken home."""
    if not home:
        ratings = model.ratings
        users = ratings.users.select(F.col("index").alias("user"), F.col("id").alias("user_id"))
        items = ratings.items.select(F.col("index").alias("item"), F.col("id").alias("item_id"))
        lists = (
            lists.join(users, "user")
            .join(F.broadcast(items), "item")
            .orderBy("user", "place")
            .select(F.col("user_id").alias("user"), "place", F.col("item_id").alias("item"), "score")
        )
    cluster.write(lists, folder, "zstd")


def save_ratings(cluster: Cluster, ratings: Ratings, folder: str) -> None:
    """Writes numbered ratings by user and item, and the ids, as three tables."""
    cluster.link.progress(stage="storing")
    cluster.write(ratings.frame.orderBy("user", "item"), f"{folder}/ratings", "zstd")
    cluster.write(ratings.users.orderBy("index"), f"{folder}/users", "zstd")
    cluster.write(ratings.items.orderBy("index"), f"{folder}/items", "zstd")


def _checksum(file: str) -> str:
    sha = hashlib.sha256()
    with open(file, "rb") as stream:
        while piece := stream.read(1 << 20):
            sha.update(piece)
    return sha.hexdigest()
