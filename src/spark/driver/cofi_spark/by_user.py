"""Work that is done user by user with all items at hand: users in groups, each with its ratings, a task a group."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from .columns import numbers
from .factorize import Model
from .model import item_rows, user_rows
from .ratings import Ratings
from .spark import Cluster

#: Rows of a matrix, or ratings, with their indices: `kind` says of what.
PACKED = pa.schema(
    [
        ("group", pa.int32()),
        ("kind", pa.string()),
        ("index", pa.binary()),
        ("other", pa.binary()),
        ("numbers", pa.binary()),
    ]
)

PACKED_TYPE = from_arrow_schema(PACKED)

#: So many ratings of users make a group.
TOGETHER = 4_000_000


class Group:
    """What a task has: the users of a group, their ratings by kind, and all items."""

    def __init__(self, table: pa.Table, num_items: int, features: int) -> None:
        packs: dict[str, list[dict]] = {}
        for pack in table.to_pylist():
            packs.setdefault(pack["kind"], []).append(pack)
        self._packs = packs
        self.X, self.mu = self._matrix("x", num_items, features)
        users = [np.frombuffer(pack["index"], "<i4") for pack in packs.get("w", [])]
        #: The users of the group, ascending, and their rows.
        self.users = np.sort(np.concatenate(users)) if users else np.empty(0, "i4")
        self.W, self.b = self._rows_of_users(features)

    def _matrix(self, kind: str, rows: int, features: int) -> tuple[np.ndarray, np.ndarray]:
        matrix, number = np.zeros((rows, features)), np.zeros(rows)
        for pack in self._packs.get(kind, []):
            index = np.frombuffer(pack["index"], "<i4")
            matrix[index] = np.frombuffer(pack["numbers"], "<f8").reshape(-1, features)
            number[index] = np.frombuffer(pack["other"], "<f8")
        return matrix, number

    def _rows_of_users(self, features: int) -> tuple[np.ndarray, np.ndarray]:
        matrix, number = np.zeros((len(self.users), features)), np.zeros(len(self.users))
        for pack in self._packs.get("w", []):
            at = np.searchsorted(self.users, np.frombuffer(pack["index"], "<i4"))
            matrix[at] = np.frombuffer(pack["numbers"], "<f8").reshape(-1, features)
            number[at] = np.frombuffer(pack["other"], "<f8")
        return matrix, number

    def ratings(self, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Ratings by user and item: where each of `users` begins (one more at the end), user's place, item, value."""
        packs = self._packs.get(kind, [])
        joined = {
            name: np.concatenate([np.frombuffer(pack[name], dtype) for pack in packs])
            if packs
            else np.empty(0, dtype)
            for name, dtype in (("index", "<i4"), ("other", "<i4"), ("numbers", "<f8"))
        }
        order = np.lexsort((joined["other"], joined["index"]))
        at = np.searchsorted(self.users, joined["index"][order])
        start = np.searchsorted(at, np.arange(len(self.users) + 1))
        return start, at, joined["other"][order], joined["numbers"][order]


def by_user(
    cluster: Cluster,
    model: Model,
    ratings: dict[str, Ratings],
    task: Callable[[Group], pa.Table],
    schema: pa.Schema,
) -> DataFrame:
    """What a task makes of each group of users.

    :param ratings: Those that the task asks for, by what it calls them.
    """
    num_users, features = model.ratings.num_users, model.features
    num_items = model.ratings.num_items
    most = max((part.count for part in ratings.values()), default=0)
    groups = min(num_users, max(cluster.slots, -(-most // TOGETHER), -(-num_users // 500_000)))
    every = cluster.spark.range(0, groups, numPartitions=groups).select(F.col("id").cast("int").alias("g"))
    items = item_rows(cluster, model).mapInArrow(_packer("x", 1, 1), PACKED_TYPE)
    everywhere = items.crossJoin(F.broadcast(every)).select(
        F.col("g").alias("group"), "kind", "index", "other", "numbers"
    )
    packed = everywhere.unionByName(
        user_rows(cluster, model).mapInArrow(_packer("w", groups, num_users), PACKED_TYPE)
    )
    for kind, part in ratings.items():
        packed = packed.unionByName(
            part.frame.select("user", "item", "value").mapInArrow(
                _rating_packer(kind, groups, num_users), PACKED_TYPE
            )
        )

    def run(table: pa.Table) -> pa.Table:
        return task(Group(table, num_items, features)).cast(schema)

    return packed.groupBy("group").applyInArrow(run, from_arrow_schema(schema))


Packer = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def _packer(kind: str, groups: int, total: int) -> Packer:
    """Packs rows of (index, number, features), those of a group in one."""

    def pack(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            index = numbers(batch, "index")
            features = numbers(pa.table({"f": batch.column("features").flatten()}), "f").reshape(
                len(index), -1
            )
            yield _packed(kind, groups, total, index, numbers(batch, "number").astype("<f8"), features)

    return pack


def _rating_packer(kind: str, groups: int, total: int) -> Packer:
    """Packs ratings, those of a group of users in one."""

    def pack(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            user, item, value = (numbers(batch, name) for name in ("user", "item", "value"))
            yield _packed(kind, groups, total, user, item, value)

    return pack


def _packed(
    kind: str, groups: int, total: int, index: np.ndarray, other: np.ndarray, values: np.ndarray
) -> pa.RecordBatch:
    group = index.astype("i8") * groups // total
    order = np.argsort(group, kind="stable")
    found, starts = np.unique(group[order], return_index=True)
    parts = np.split(order, starts[1:]) if len(found) else []
    columns = {
        "group": [int(g) for g in found],
        "kind": [kind] * len(found),
        "index": [index[part].tobytes() for part in parts],
        "other": [other[part].tobytes() for part in parts],
        "numbers": [np.ascontiguousarray(values[part]).tobytes() for part in parts],
    }
    return pa.RecordBatch.from_pydict(columns, schema=PACKED)
