"""The state of a factorization in a folder that the cluster writes: whole at any moment, whatever stops it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .blocks import STATE_TYPE
from .protocol import Fault
from .ratings import Ratings
from .spark import Cluster

DONE = "epoch int, run string, settings string, groups int, history array<double>, errors array<double>"


@dataclass(frozen=True)
class Found:
    """Where an earlier run stood."""

    groups: int
    history: list[float]
    #: On ratings held out, where there are any.
    errors: list[float]
    state: DataFrame


class Checkpoint:
    """Two places in turn: the state of an epoch is written over the one before the last, then a table that says so.

    The best state so far has two places of its own, which are taken in turn with each that is better.
    """

    def __init__(self, cluster: Cluster, folder: str, settings: dict, ratings: list[Ratings]) -> None:
        """:param ratings: Those that are fitted, and those held out where there are any."""
        self._cluster = cluster
        self._folder = folder
        self._settings = json.dumps(settings, sort_keys=True)
        self._run = hashlib.sha256(" ".join([self._settings, *map(_fingerprint, ratings)]).encode()).hexdigest()

    def restore(self) -> Found | None:
        """:raises Fault: where the folder is of other ratings or options."""
        done = [row for k in (0, 1) if (row := self._done(k))]
        if not done:
            return None
        last = max(done, key=lambda row: row["epoch"])
        if last["run"] != self._run:
            raise Fault(
                f"{self._folder} must be of the same ratings and of {self._settings}, got one of {last['settings']}: "
                "remove it, or name another folder"
            )
        return Found(last["groups"], list(last["history"]), list(last["errors"]), self._state(last["epoch"]))

    def save(self, state: DataFrame, epochs: int) -> DataFrame:
        """Writes the state after so many epochs, and gives it as it was written."""
        self._cluster.write(state, self._path("state", epochs))
        return self._state(epochs)

    def save_best(self, state: DataFrame, errors: list[float]) -> None:
        """Writes a state that is better than all before it, of these errors the last."""
        self._cluster.write(state, self._path("best", _records(errors)))

    def best(self, errors: list[float]) -> DataFrame:
        """The state with the lowest of these errors."""
        return self._cluster.spark.read.schema(STATE_TYPE).parquet(self._path("best", _records(errors)))

    def confirm(self, history: list[float], errors: list[float], groups: int) -> None:
        """Says that the state after the last epoch is whole, and so the best."""
        row = (len(history), self._run, self._settings, groups, history, errors)
        done = self._cluster.spark.createDataFrame([row], DONE).coalesce(1)
        self._cluster.write(done, self._path("done", len(history)))

    def _path(self, name: str, number: int) -> str:
        return f"{self._folder}/{name}-{number % 2}"

    def _state(self, epoch: int) -> DataFrame:
        return self._cluster.spark.read.schema(STATE_TYPE).parquet(self._path("state", epoch))

    def _done(self, k: int):
        try:
            return self._cluster.spark.read.schema(DONE).parquet(self._path("done", k)).first()
        except AnalysisException:
            return None


def _records(errors: list[float]) -> int:
    """How often an error was lower than all before it."""
    return sum(all(error < earlier for earlier in errors[:k]) for k, error in enumerate(errors))


def _fingerprint(ratings: Ratings) -> str:
    """The same for the same ratings in any order."""
    hashed = F.xxhash64("user", "item", "value").cast("decimal(38, 0)")
    total = ratings.frame.agg(F.sum(hashed)).first()[0]
    return f"{ratings.num_items} {ratings.num_users} {ratings.count} {total}"
