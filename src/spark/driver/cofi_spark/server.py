"""What a request asks for, and what is kept from one to the next: ratings and models, by number."""

from __future__ import annotations

from typing import Any

from . import factorize as sgd
from . import model as models
from . import read
from .ratings import Ratings
from .spark import Cluster
from .protocol import Link


class Server:
    def __init__(self, link: Link, options: dict) -> None:
        self.cluster = Cluster(link, options)
        self._held: dict[int, Any] = {}

    def started(self) -> dict:
        return {"version": self.cluster.spark.version, "slots": self.cluster.slots}

    def answer(self, name: str, arguments: dict) -> Any:
        return getattr(self, f"do_{name}")(**arguments)

    def close(self) -> None:
        self.cluster.close()

    def _keep(self, thing: Any) -> int:
        number = len(self._held) + 1
        self._held[number] = thing
        return number

    def _kept_ratings(self, ratings: Ratings) -> dict:
        return {"handle": self._keep(ratings), **ratings.facts()}

    def do_columns(self, source: dict) -> list[str]:
        return read.columns_of(self.cluster, source)

    def do_readRatings(self, source: dict, columns: dict, options: dict) -> dict:
        return self._kept_ratings(read.read_ratings(self.cluster, source, columns, options))

    def do_factorize(self, ratings: int, options: dict) -> dict:
        model, history = sgd.factorize(self.cluster, self._held[ratings], options)
        return {"handle": self._keep(model), "history": history}

    def do_saveModel(self, model: int, folder: str) -> None:
        models.save(self.cluster, self._held[model], folder)
