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
    """The state of an epoch is written where neither the one before it lies nor the best, then a table that says so."""

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
        errors = list(last["errors"] or [])
        return Found(last["groups"], list(last["history"]), errors, self._state(last["epoch"], errors))

    def save(self, state: DataFrame, epochs: int, errors: list[float]) -> DataFrame:
        """Writes the state after so many epochs, and gives it as it was written.

        :param errors: Those of the states after each epoch before.
        """
        self._cluster.write(state, self._place_of_state(epochs, errors))
        return self._state(epochs, errors)

    def best(self, errors: list[float]) -> DataFrame:
        """The state with the lowest of these errors."""
        return self._state(place_of_lowest(errors) + 1, errors)

    def confirm(self, history: list[float], errors: list[float], groups: int) -> None:
        """Says that the state after the last epoch is whole, and the best before it."""
        row = (len(history), self._run, self._settings, groups, history, errors)
        done = self._cluster.spark.createDataFrame([row], DONE).coalesce(1)
        self._cluster.write(done, self._place_of_done(len(history)))

    def _place_of_state(self, epochs: int, errors: list[float]) -> str:
        return f"{self._folder}/state-{place_of_state(epochs, errors)}"

    def _state(self, epochs: int, errors: list[float]) -> DataFrame:
        return self._cluster.spark.read.schema(STATE_TYPE).parquet(self._place_of_state(epochs, errors))

    def _place_of_done(self, epochs: int) -> str:
        return f"{self._folder}/done-{epochs % 2}"

    def _done(self, k: int):
        try:
            return self._cluster.spark.read.schema(DONE).parquet(self._place_of_done(k)).first()
        except AnalysisException:
            return None


def place_of_lowest(values: list[float]) -> int:
    """The first place of the lowest value; 0 where there is none."""
    return values.index(min(values)) if values else 0


def place_of_state(epochs: int, errors: list[float]) -> int:
    """In which of three places the state after so many epochs lies.

    :param errors: Those of the states after each epoch; none where no ratings are held out, and two places will do.
    """
    places = [0]
    for done in range(epochs):
        known = errors[:done]
        kept = {places[done]} | ({places[place_of_lowest(known) + 1]} if known else set())
        places.append(min({0, 1, 2} - kept))
    return places[epochs]


def _fingerprint(ratings: Ratings) -> str:
    """The same for the same ratings in any order."""
    hashed = F.xxhash64("user", "item", "value").cast("decimal(38, 0)")
    total = ratings.frame.agg(F.sum(hashed)).first()[0]
    return f"{ratings.num_items} {ratings.num_users} {ratings.count} {total}"
