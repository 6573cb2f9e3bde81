"""What workers do, on Arrow tables: cutting ratings into blocks, making rows, descending."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa

from .columns import lists, numbers
from .grouping import Grouping
from .scattered import scattered

Task = Callable[..., pa.Table]

#: The ratings of user block row s and item block column t, by user and item; `key` is where they are worked on.
BLOCK = pa.schema(
    [
        ("key", pa.int32()),
        ("round", pa.int32()),
        ("s", pa.int32()),
        ("t", pa.int32()),
        ("starts", pa.binary()),
        ("items", pa.binary()),
        ("values", pa.binary()),
    ]
)

#: Rows of W of a block row (kind "w"), or of X of a block column ("x"); of block rows the squared errors by strata.
STATE = pa.schema(
    [
        ("key", pa.int32()),
        ("kind", pa.string()),
        ("place", pa.int32()),
        ("rows", pa.binary()),
        ("squares", pa.binary()),
    ]
)


def block_builder(user_bounds: list[int], keys: list[int], grouping: Grouping) -> Task:
    """Makes one block of all its ratings: (block, user, place, value), place being the item's in its column.

    Block s × count + t has the users of block row s and the items of block column t; values are centred, in units.
    """

    def build(table: pa.Table) -> pa.Table:
        s, t = divmod(table["block"][0].as_py(), grouping.count)
        user, place, value = (numbers(table, name) for name in ("user", "place", "value"))
        order = np.lexsort((place, user))
        first, last = user_bounds[s], user_bounds[s + 1]
        starts = np.zeros(last - first + 1, "<i4")
        np.cumsum(np.bincount(user - first, minlength=last - first), out=starts[1:])
        row = {
            "key": [keys[grouping.group_of(s)]],
            "round": [grouping.round_of(s, t)],
            "s": [s],
            "t": [t],
            "starts": [starts.tobytes()],
            "items": [place[order].astype("<u2").tobytes()],
            "values": [value[order].tobytes()],
        }
        return pa.table(row, schema=BLOCK)

    return build


def row_maker(
    kind: str,
    bounds: list[int],
    keys: list[int],
    grouping: Grouping,
    size: tuple[int, int],
    draw: tuple[int, float],
    unit: float,
) -> Task:
    """Makes the first rows of a block row or column: (part, at, index, number), of those that have ratings.

    :param bounds: The first row of each part.
    :param size: How many features there are, and how many numbers in a row.
    :param draw: Key and scale of the features drawn.
    :param unit: What `number`, a bias or a mean, is divided by.
    """

    def make(table: pa.Table) -> pa.Table:
        part = table["part"][0].as_py()
        at, index, number = (numbers(table, name) for name in ("at", "index", "number"))
        features, width = size
        rows = np.zeros((bounds[part + 1] - bounds[part], width), "<f4")
        drawn = at[number == number]
        rows[drawn, :features] = scattered(draw[0], index[number == number], features) * draw[1]
        constant, learned = (width - 2, width - 1) if kind == "w" else (width - 1, width - 2)
        rows[:, constant] = 1
        rows[drawn, learned] = number[number == number] / unit
        row = {
            "key": [keys[grouping.group_of(part)]],
            "kind": [kind],
            "place": [part],
            "rows": [rows.tobytes()],
            "squares": [bytes(8 * grouping.count) if kind == "w" else b""],
        }
        return pa.table(row, schema=STATE)

    return make


def round_of(
    wasm: bytes,
    width: int,
    keys: list[int],
    grouping: Grouping,
    round: int,
    rates: tuple[float, float, float],
) -> Task:
    """One round: a group's rows of W meet a group of columns, whose rows of X then move on.

    :param rates: The length of the steps, and the penalties on features and on biases.
    """

    def step(state: pa.Table, blocks: pa.Table) -> pa.Table:
        rows = state.to_pylist()
        todo = sorted(blocks.to_pylist(), key=lambda block: (block["t"] - block["s"]) % grouping.count)
        squares = {row["place"]: bytearray(row["squares"]) for row in rows if row["kind"] == "w"}
        group = keys.index(rows[0]["key"])
        descent = None
        if todo:
            from .kernel import Descent

            by_kind = {
                kind: {row["place"]: row["rows"] for row in rows if row["kind"] == kind}
                for kind in ("w", "x")
            }
            descent = Descent(wasm, width, by_kind, todo)
            for block in todo:
                of_block = descent.run(block, *rates)
                stratum = (block["t"] - block["s"]) % grouping.count
                struct.pack_into("<d", squares[block["s"]], 8 * stratum, of_block)
        next_key = keys[grouping.next_of(group, round)]
        out = {
            "key": [row["key"] if row["kind"] == "w" else next_key for row in rows],
            "kind": [row["kind"] for row in rows],
            "place": [row["place"] for row in rows],
            "rows": [descent.rows(row["kind"], row["place"]) if descent else row["rows"] for row in rows],
            "squares": [bytes(squares[row["place"]]) if row["kind"] == "w" else b"" for row in rows],
        }
        return pa.table(out, schema=STATE)

    return step


def rows_out(
    kind: str, bounds: list[int], size: tuple[int, int], mean: float, unit: float
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The rows of W or X as rows of a table, in the ratings' own unit: row, number (b or mu), features."""
    features, width = size

    def out(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for state in batch.to_pylist():
                rows = np.frombuffer(state["rows"], "<f4").reshape(-1, width)
                first = bounds[state["place"]]
                for start in range(0, len(rows), 20_000):
                    part = rows[start : start + 20_000].astype("f8")
                    number = unit * part[:, width - 1] if kind == "w" else mean + unit * part[:, width - 2]
                    matrix = unit * part[:, :features] if kind == "w" else part[:, :features]
                    at = np.arange(first + start, first + start + len(part), dtype="i4")
                    columns = [pa.array(at), pa.array(number), lists(matrix)]
                    yield pa.RecordBatch.from_arrays(columns, ["row", "number", "features"])

    return out
