"""What is known to go wrong with Spark's own ALS, tried on ratings in a file: bench/sparkTraps.mjs runs it."""

import json
import re
import sys
import time

from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

o = json.loads(sys.argv[1])
builder = SparkSession.builder.master(o["master"]).config("spark.driver.memory", o["memory"])
for name, value in {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("OFF")
schema = "user int, item int, rating double"


def read(file: str):
    return spark.read.csv(file, header=True, schema=schema).persist()


def als(iterations: int, rank: int) -> ALS:
    return ALS(rank=rank, maxIter=iterations, regParam=0.08, ratingCol="rating", seed=1)


def say(**found) -> None:
    print(json.dumps({"trap": o["trap"], **found}), flush=True)


def told(error: Exception) -> str:
    """The error of Java behind one of Python."""
    if isinstance(error, ConnectionError):
        return "Spark's process ended"
    text = str(error)
    named = re.search(r"(?:java|scala|org)\.[\w.]+\.(\w+(?:Error|Exception)\b[^\n]{0,80})", text)
    deepest = re.findall(r"\b(StackOverflowError|OutOfMemoryError)\b", text)
    return deepest[0] if deepest else named[1] if named else text.splitlines()[0][:100]


def cold() -> None:
    model = als(5, 8).fit(read(o["few"]))
    unknown = spark.createDataFrame([(10_000_000, 0)], "user int, item int")
    say(found=str(model.transform(unknown).first()["prediction"]))


def lineage() -> None:
    few = read(o["few"])
    for iterations in o["iterations"]:
        start = time.time()
        try:
            als(iterations, 4).fit(few).itemFactors.count()
            say(iterations=iterations, found="fitted", seconds=time.time() - start)
        except Exception as error:
            say(iterations=iterations, found=told(error), seconds=time.time() - start)
            break


def lists() -> None:
    model = als(2, 50).fit(read(o["many"]))
    start = time.time()
    try:
        rows = model.recommendForAllUsers(10).count()
        say(found=f"lists of {rows} users", seconds=time.time() - start)
    except Exception as error:
        say(found=told(error), seconds=time.time() - start)


{"cold": cold, "lineage": lineage, "lists": lists}[o["trap"]]()
spark.stop()
