"""A model's tables: by row of a user or an item, with ids, in storage or at home."""

from __future__ import annotations

import glob
import hashlib
import json
import os

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .factorize import Model
from .spark import Cluster
from .tasks import rows_out

ROWS = "row int, number double, features array<double>"


def user_rows(cluster: Cluster, model: Model) -> DataFrame:
    """index, number (b), features (w) of every user; computed once."""
    if "users" not in model.tables:
        plan = model.plan
        out = rows_out("w", plan.user_bounds, (model.features, plan.width), plan.standard.mean, plan.standard.unit)
        rows = model.state.where("kind = 'w'").mapInArrow(out, ROWS)
        model.tables["users"] = cluster.stored(rows.withColumnRenamed("row", "index"), "w", "none")
    return model.tables["users"]


def item_rows(cluster: Cluster, model: Model) -> DataFrame:
    """index, number (mu), features (x) of every item; computed once."""
    if "items" not in model.tables:
        plan = model.plan
        out = rows_out("x", plan.item_bounds, (model.features, plan.width), plan.standard.mean, plan.standard.unit)
        rows = model.state.where("kind = 'x'").mapInArrow(out, ROWS)
        places = cluster.table({"index": _range(len(plan.place_of)), "row": plan.place_of})
        indexed = rows.join(F.broadcast(places), "row").select("index", "number", "features")
        model.tables["items"] = cluster.stored(indexed, "x", "none")
    return model.tables["items"]


def _range(length: int):
    import numpy as np

    return np.arange(length, dtype="i4")


def save(cluster: Cluster, model: Model, folder: str, users: DataFrame | None = None) -> None:
    """Writes a model as `saveModel` does, each table in as many files as it takes.

    :param users: The users to take, by `index`; all where none are named.
    """
    ratings = model.ratings
    tables = {
        "items": item_rows(cluster, model)
        .join(ratings.items, "index")
        .select("index", "id", F.col("number").alias("mu"), F.col("features").alias("x")),
        "users": user_rows(cluster, model)
        .join(ratings.users, "index")
        .select("index", "id", F.col("number").alias("b"), F.col("features").alias("w")),
    }
    files: dict[str, str] = {}
    for name, frame in tables.items():
        in_order = frame.orderBy("index").drop("index")
        path = f"{folder}/{name}"
        cluster.write(in_order, path, "zstd")
        for file in sorted(glob.glob(f"{path}/part-*.parquet")):
            files[os.path.relpath(file, folder)] = _checksum(file)
        for other in os.listdir(path):
            if not other.endswith(".parquet"):
                os.remove(f"{path}/{other}")
    manifest = {
        "format": "cofi model",
        "version": 1,
        "numItems": ratings.num_items,
        "numUsers": ratings.num_users,
        "numFeatures": model.features,
        "carriesIds": True,
        "files": files,
    }
    with open(f"{folder}/model.json", "w", encoding="utf-8") as file:
        file.write(json.dumps(manifest, indent=2) + "\n")


def _checksum(file: str) -> str:
    sha = hashlib.sha256()
    with open(file, "rb") as stream:
        while piece := stream.read(1 << 20):
            sha.update(piece)
    return sha.hexdigest()
