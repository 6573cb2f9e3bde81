"""The exact ridge step for all users at once: `foldIn` on a cluster."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from .by_user import Group, by_user
from .columns import lists
from .factorize import Model
from .model import item_rows
from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster

ROWS = pa.schema([("index", pa.int32()), ("number", pa.float64()), ("features", pa.list_(pa.float64()))])


def folder(penalty: float):
    """For each user the w and b that minimize ½ Σ (w·x + b + mu − y)² + penalty/2 ‖w‖² over their ratings.

    Who has rated nothing gets zeros; where the ratings do not determine them, all are NaN.
    """

    def task(group: Group) -> pa.Table:
        start, _, item, value = group.ratings("all")
        features = group.X.shape[1]
        W, b = np.zeros((len(group.users), features)), np.zeros(len(group.users))
        for place in range(len(group.users)):
            own = slice(start[place], start[place + 1])
            if own.start == own.stop:
                continue
            X, y = group.X[item[own]], value[own] - group.mu[item[own]]
            mean_x, mean_y = X.mean(axis=0), y.mean()
            C = X - mean_x
            try:
                W[place] = np.linalg.solve(C.T @ C + penalty * np.eye(features), C.T @ (y - mean_y))
                b[place] = mean_y - W[place] @ mean_x
            except np.linalg.LinAlgError:
                W[place] = b[place] = np.nan
        return pa.table({"index": pa.array(group.users), "number": pa.array(b), "features": lists(W)})

    return task


def fold_in(cluster: Cluster, model: Model, ratings: Ratings, penalty: float) -> Model:
    cluster.link.progress(stage="folding in")
    found = by_user(cluster, model, {"all": ratings}, folder(penalty), ROWS)
    users = cluster.stored(found, "folded", "none")
    undecided = users.where("isnan(number)").count()
    if undecided > 0:
        raise Fault(
            f"lambda must be > 0 where ratings do not determine {model.features} weights and a bias, got "
            f"{penalty:g} ({undecided} users)"
        )
    items = item_rows(cluster, model)
    return Model(model.ratings, model.plan, model.features, model.state, {"x": items, "w": users})
