"""What a request asks for, and what is kept from one to the next: ratings and models, by number."""

from __future__ import annotations

from typing import Any

from . import describe as describing
from . import factorize as sgd
from . import lists, read
from . import model as models
from . import split as splitting
from .fold_in import fold_in
from .protocol import Fault, Link
from .ratings import Ratings
from .spark import Cluster


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

    def do_describe(self, ratings: int) -> list[dict]:
        return describing.describe(self.cluster, self._held[ratings])

    def do_normalize(self, ratings: int, by: str, damping: float, file: str) -> dict:
        return self._kept_ratings(describing.normalize(self.cluster, self._held[ratings], by, damping, file))

    def do_split(self, ratings: int, by: str, test: float, seed: float) -> list[dict]:
        parts = splitting.split(self.cluster, self._held[ratings], by, test, seed)
        return [self._kept_ratings(part) for part in parts]

    def do_factorize(self, ratings: int, validation: int | None, options: dict) -> dict:
        fitted, held_out = self._held[ratings], None if validation is None else self._held[validation]
        if held_out:
            _check_alike(fitted, held_out, "validation must be numbered by the ids of the ratings")
        model, history, errors = sgd.factorize(
            self.cluster,
            fitted,
            options,
            held_out,
            lambda state: lists.rmse(self.cluster, state, held_out, None),
        )
        return {"handle": self._keep(model), "history": history, "errors": errors}

    def do_foldIn(self, model: int, ratings: int, penalty: float) -> dict:
        folded = fold_in(self.cluster, self._held[model], self._same(model, "ratings", ratings), penalty)
        return {"handle": self._keep(folded)}

    def do_recommendAll(
        self, model: int, exclude: int | None, count: int, scale: list | None, to: str, home: bool
    ) -> None:
        left_out = None if exclude is None else self._same(model, "exclude", exclude)
        found = lists.recommend_all(self.cluster, self._held[model], left_out, count, scale and tuple(scale))
        models.save_lists(self.cluster, self._held[model], found, to, home, count)

    def do_rmse(self, model: int, ratings: int, scale: list | None) -> float:
        measured = self._same(model, "ratings", ratings)
        return lists.rmse(self.cluster, self._held[model], measured, scale and tuple(scale))

    def do_ranking(self, model: int, train: int, test: int, count: int, relevant: float | None) -> dict:
        parts = [self._same(model, name, part) for name, part in (("train", train), ("test", test))]
        return lists.ranking(self.cluster, self._held[model], *parts, count, relevant)

    def do_saveModel(self, model: int, folder: str, users: list | None, items: list | None) -> dict:
        models.save(self.cluster, self._held[model], folder, users, items)
        return {"isCentred": self._held[model].ratings.is_centred}

    def do_saveRatings(self, ratings: int, folder: str) -> None:
        models.save_ratings(self.cluster, self._held[ratings], folder)

    def _same(self, model: int, name: str, ratings: int) -> Ratings:
        """Ratings by the users of a model, of its items. :raises Fault: where they are numbered by other ids."""
        given = self._held[ratings]
        _check_alike(self._held[model].ratings, given, f"{name} must be numbered by the ids of the model")
        return given


def _check_alike(one: Ratings, other: Ratings, rule: str) -> None:
    if one.users is not other.users or one.items is not other.items:
        raise Fault(f"{rule}: read or split them together")
