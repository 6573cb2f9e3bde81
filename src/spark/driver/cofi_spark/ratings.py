"""Ratings in the cluster: numbered users and items, and the tables of their ids."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


@dataclass(frozen=True)
class Ratings:
    """Entry k says that `user` gave `item` the `value`; in storage, and in no order."""

    #: user int, item int, value double, and perhaps time double.
    frame: DataFrame
    num_items: int
    num_users: int
    count: int
    #: index int, id; of all users and items, with ratings here or without.
    users: DataFrame
    items: DataFrame
    has_times: bool = False
    #: Whether the values are less their means.
    is_centred: bool = False
    #: What was measured of them already.
    known: dict = field(default_factory=dict, compare=False)

    def with_ratings(self, frame: DataFrame, count: int, **changes) -> Ratings:
        """Other ratings by the same users of the same items."""
        return replace(self, frame=frame, count=count, known={}, **changes)

    def facts(self) -> dict:
        """What is said of them on the other side of the line."""
        return {
            "numItems": self.num_items,
            "numUsers": self.num_users,
            "numRatings": self.count,
            "hasTimes": self.has_times,
        }

    def extent(self) -> tuple[float, float]:
        """The lowest value and the highest."""
        if "extent" not in self.known:
            low, high = self.frame.agg(F.min("value"), F.max("value")).first()
            self.known["extent"] = (low, high)
        return self.known["extent"]
