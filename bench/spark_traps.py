"""What is known to go wrong with Spark's own ALS, tried on ratings in a file: bench/sparkTraps.mjs runs it."""

import json
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
    print(json.dumps(found), flush=True)


few, many = read(o["few"]), read(o["many"])
model = als(5, 8).fit(few)
cold = spark.createDataFrame([(10_000_000, 0)], "user int, item int")
say(trap="cold", found=str(model.transform(cold).first()["prediction"]))

for iterations in o["iterations"]:
    start = time.time()
    try:
        als(iterations, 4).fit(few).itemFactors.count()
        say(trap="lineage", iterations=iterations, found="fitted", seconds=time.time() - start)
    except Exception as error:
        text = str(error)
        name = "StackOverflowError" if "StackOverflow" in text else text.splitlines()[0][:100]
        say(trap="lineage", iterations=iterations, found=name, seconds=time.time() - start)
        break

model = als(2, 50).fit(many)
start = time.time()
try:
    rows = model.recommendForAllUsers(10).count()
    say(trap="lists", found=f"lists of {rows} users", seconds=time.time() - start)
except Exception as error:
    text = str(error)
    name = "OutOfMemoryError" if "OutOfMemory" in text or "heap" in text else text.splitlines()[0][:100]
    say(trap="lists", found=name, seconds=time.time() - start)
spark.stop()
