"""What the parts of an epoch on Spark cost, measured by themselves on one core: sparkSchedule.mjs --measure runs it.

Rounds with nothing to do, of few rows and of many, in one task and in eight, are what `round`, `task` and `byte` are
solved from by least squares; the kernel goes over one block in this process.
"""

import json
import os
import sys
import time

import numpy as np
from pyspark.sql import SparkSession

sys.path.insert(0, sys.argv[1])
os.environ.update(PYTHONPATH=sys.argv[1], PYSPARK_PYTHON=sys.executable)
from cofi_spark.blocks import BLOCK_TYPE, STATE_TYPE, balanced_keys  # noqa: E402
from cofi_spark.grouping import Grouping  # noqa: E402
from cofi_spark.kernel import Descent  # noqa: E402
from cofi_spark.spark import SETTINGS  # noqa: E402
from cofi_spark.tasks import round_of  # noqa: E402

WIDTH, FEATURES = 68, 64
with open(sys.argv[2], "rb") as file:
    wasm = file.read()


def kernel() -> float:
    """Seconds a rating, of a block of a size as usual: a user has some ten ratings in it, rows are in no cache."""
    users, items, of_user = 100_000, 60_000, 10
    source = np.random.default_rng(1)
    rows = {
        kind: {0: source.normal(0, 0.01, (size, WIDTH)).astype("<f4").tobytes()}
        for kind, size in (("w", users), ("x", items))
    }
    block = {
        "s": 0,
        "t": 0,
        "starts": np.arange(0, of_user * users + 1, of_user, "<i4").tobytes(),
        "items": source.integers(0, items, of_user * users).astype("<u2").tobytes(),
        "values": source.normal(0, 1, of_user * users).astype("<f4").tobytes(),
    }
    descent = Descent(wasm, WIDTH, rows, [block])
    times = []
    for _ in range(5):
        start = time.perf_counter()
        descent.run(block, 0.01, 0.05, 0.0)
        times.append(time.perf_counter() - start)
    return min(times) / (of_user * users)


of_session = {"spark.driver.memory": "4g", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
of_session["spark.sql.shuffle.partitions"] = "8"
builder = SparkSession.builder.master("local[1]")
for name, value in {**SETTINGS, **of_session}.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("ERROR")


class Alone:
    """As much of a cluster as `balanced_keys` needs."""

    def __init__(self) -> None:
        self.spark = spark


def seconds_of(groups: int, size: int, folder: str) -> float:
    """The quickest of some rounds of so many tasks, over rows of so many bytes."""
    count = 8
    grouping = Grouping(count, groups)
    keys = balanced_keys(Alone(), groups)
    rows = bytes(size // (2 * count))
    state = [
        (keys[grouping.group_of(place)], kind, place, bytearray(rows), bytearray(8 * count))
        for kind in ("w", "x")
        for place in range(count)
    ]
    path = f"{folder}/state-{groups}-{size}"
    spark.createDataFrame(state, STATE_TYPE).repartition(groups, "key").write.parquet(path)
    blocks = spark.createDataFrame([], BLOCK_TYPE).repartition(groups, "key").persist()
    step = round_of(wasm, WIDTH, keys, grouping, 0, (0.01, 0.05, 0.0))
    times = []
    for turn in range(4):
        start = time.perf_counter()
        dealt = spark.read.schema(STATE_TYPE).parquet(path).repartition(groups, "key")
        after = dealt.groupBy("key").cogroup(blocks.groupBy("key")).applyInArrow(step, STATE_TYPE)
        after.write.mode("overwrite").option("compression", "none").parquet(f"{folder}/after")
        times.append(time.perf_counter() - start)
    return min(times[1:])


sizes = [1 << 20, 256 << 20]
measured = [(groups, size, seconds_of(groups, size, sys.argv[3])) for groups in (1, 8) for size in sizes]
matrix = np.array([[1, groups, size] for groups, size, _ in measured], float)
round_, task, byte = np.linalg.lstsq(matrix / [1, 1, 1e6], np.array([t for *_, t in measured]), rcond=None)[0]
print(json.dumps({"rating": kernel(), "byte": byte / 1e6, "task": task, "round": round_}), flush=True)
spark.stop()
