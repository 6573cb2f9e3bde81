"""Lists of the best items for every user, and how good they are."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .by_user import Group, by_user
from .factorize import Model
from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster

LISTS = pa.schema(
    [("user", pa.int32()), ("place", pa.int32()), ("item", pa.int32()), ("score", pa.float64())]
)

#: So many users are scored at a time, by one product of matrices.
AT_ONCE = 128

#: So many more candidates than a list is long are scored again, digit by digit.
SPARE = 20


def best(group: Group, left_out: str | None, count: int) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Of each user, by place in the group, the best items and their scores: of equal ones the lower number first.

    A product of matrices finds the candidates; their scores are then added in the order of `predict`.
    """
    start, _, item, _ = group.ratings(left_out) if left_out else (np.zeros(len(group.users) + 1, "i8"),) * 4
    items = len(group.mu)
    for first in range(0, len(group.users), AT_ONCE):
        W = group.W[first : first + AT_ONCE]
        scores = W @ group.X.T + group.mu
        for row in range(len(W)):
            place = first + row
            own = scores[row]
            own[item[start[place] : start[place + 1]]] = -np.inf
            wanted = min(count, items - int(start[place + 1] - start[place]))
            kept = min(wanted + SPARE, items)
            candidates = np.argpartition(-own, kept - 1)[:kept] if kept < items else np.arange(items)
            # Whatever is as good as the last of them stands by its number, not by chance.
            least = own[candidates].min()
            if np.isfinite(least):
                candidates = np.flatnonzero(own >= least)
            candidates = candidates[np.isfinite(own[candidates])]
            exact = group.b[place] + group.mu[candidates]
            for f in range(W.shape[1]):
                exact = exact + W[row, f] * group.X[candidates, f]
            order = np.lexsort((candidates, -exact))[:wanted]
            yield place, candidates[order], exact[order]


def recommend_all(
    cluster: Cluster, model: Model, exclude: Ratings | None, count: int, scale: tuple[float, float] | None
) -> DataFrame:
    cluster.link.progress(stage="recommending")
    left_out = "exclude" if exclude else None

    def task(group: Group) -> pa.Table:
        users, places, items, scores = [], [], [], []
        for place, found, score in best(group, left_out, count):
            users.append(np.full(len(found), group.users[place], "i4"))
            places.append(np.arange(len(found), dtype="i4"))
            items.append(found.astype("i4"))
            scores.append(np.clip(score, *scale) if scale else score)
        if not users:
            return LISTS.empty_table()
        columns = [np.concatenate(column) for column in (users, places, items, scores)]
        return pa.table(columns, schema=LISTS)

    return cluster.stored(
        by_user(cluster, model, {"exclude": exclude} if exclude else {}, task, LISTS), "lists"
    )


FIGURES = ("ndcg", "precision", "recall", "hitRate", "map", "mrr")

JUDGED = pa.schema(
    [("user", pa.int32()), *((name, pa.float64()) for name in FIGURES), ("found", pa.list_(pa.int32()))]
)


def judged(hits: np.ndarray, relevant: int, count: int) -> list[float]:
    """The figures of a list: whether each of its items is relevant, and how many items are."""
    gains = 1 / np.log2(np.arange(2, max(count, len(hits)) + 2))
    places = np.flatnonzero(hits)
    total = len(places)
    return [
        float(gains[places].sum() / gains[: min(count, relevant)].sum()),
        total / count,
        total / relevant,
        float(total > 0),
        float((np.arange(1, total + 1) / (places + 1)).sum() / relevant),
        1.0 / (places[0] + 1) if total else 0.0,
    ]


def ranking(
    cluster: Cluster, model: Model, train: Ratings, test: Ratings, count: int, relevant: float | None
) -> dict:
    cluster.link.progress(stage="ranking")
    if relevant is None:
        relevant = test.frame.agg(F.avg("value")).first()[0]
    both = test.frame.select("user", "item").join(train.frame.select("user", "item"), ["user", "item"])
    twice = both.orderBy("user", "item").limit(1).collect()
    if twice:
        raise Fault(
            f"test must hold nothing that train does, got item {twice[0]['item']}, user {twice[0]['user']} in both"
        )
    least = relevant

    def task(group: Group) -> pa.Table:
        start, _, item, value = group.ratings("test")
        users, figures, found = [], [], []
        wanted = [
            item[start[k] : start[k + 1]][value[start[k] : start[k + 1]] >= least]
            for k in range(len(group.users))
        ]
        for place, items, _ in best(group, "train", count):
            if len(wanted[place]) == 0:
                continue
            users.append(group.users[place])
            figures.append(judged(np.isin(items, wanted[place]), len(wanted[place]), count))
            found.append(items.astype("i4"))
        columns = {"user": pa.array(users, pa.int32())}
        for k, name in enumerate(FIGURES):
            columns[name] = pa.array([row[k] for row in figures], pa.float64())
        columns["found"] = pa.array([list(row) for row in found], pa.list_(pa.int32()))
        return pa.table(columns, schema=JUDGED)

    lists = by_user(cluster, model, {"train": train, "test": test}, task, JUDGED)
    stored = cluster.stored(lists, "judged")
    row = stored.agg(F.count("*").alias("n"), *[F.avg(name).alias(name) for name in FIGURES]).first()
    if row["n"] == 0:
        raise Fault(f"test must hold a rating of {relevant:g} or more, got none")
    covered = stored.select(F.explode("found").alias("item")).distinct().count()
    return {
        **{name: row[name] for name in FIGURES},
        "coverage": covered / model.ratings.num_items,
        "protocol": {
            "count": count,
            "relevant": relevant,
            "users": row["n"],
            "candidates": "all items not in train",
        },
    }


SQUARES = pa.schema([("first", pa.int32()), ("n", pa.int64()), ("squares", pa.float64())])


def rmse(cluster: Cluster, model: Model, ratings: Ratings, scale: tuple[float, float] | None) -> float:
    """√(1/n Σ (prediction − y)²)."""
    cluster.link.progress(stage="measuring")

    def task(group: Group) -> pa.Table:
        _, at, item, value = group.ratings("all")
        squares = 0.0
        for start in range(0, len(at), 100_000):
            part = slice(start, start + 100_000)
            predicted = np.einsum("ij,ij->i", group.W[at[part]], group.X[item[part]])
            predicted += group.b[at[part]] + group.mu[item[part]]
            if scale:
                predicted = np.clip(predicted, *scale)
            squares += float(((predicted - value[part]) ** 2).sum())
        first = int(group.users[0]) if len(group.users) else 0
        return pa.table({"first": [first], "n": [len(at)], "squares": [squares]}, schema=SQUARES)

    rows = sorted(by_user(cluster, model, {"all": ratings}, task, SQUARES).collect())
    total = math.sqrt(sum(row["squares"] for row in rows) / ratings.count)
    if not math.isfinite(total):
        raise Fault("the model's prediction must be finite, got NaN")
    return total
