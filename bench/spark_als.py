"""Spark's own ALS on what a model of biases leaves of ratings: bench/spark.mjs runs it."""

import json
import sys
import time

from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

o = json.loads(sys.argv[1])
iterations = 10
spark = (
    SparkSession.builder.master(o["master"])
    .config("spark.ui.enabled", "false")
    .config("spark.driver.memory", o["memory"])
    .config("spark.executor.memory", o["memory"])
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .getOrCreate()
)
schema = "userId int, movieId int, rating double, predicted double"


def left(file: str):
    """Ratings less what the biases predict."""
    frame = spark.read.csv(file, header=True, schema=schema)
    return frame.withColumn("left", (F.col("rating") - F.col("predicted")).cast("float"))


train, test = left(o["train"]).persist(), left(o["test"])
train.count()
start = time.time()
als = ALS(
    rank=o["rank"], maxIter=iterations, regParam=0.08, userCol="userId", itemCol="movieId", ratingCol="left", seed=1
)
model = als.fit(train)
model.itemFactors.count()
seconds = time.time() - start
low, high = o["range"]
# Of users and items that training did not have the prediction is NaN: the biases are all that is known of them.
more = F.when(F.isnan("prediction"), 0.0).otherwise(F.col("prediction"))
clipped = F.least(F.greatest(F.col("predicted") + more, F.lit(low)), F.lit(high))
rmse = model.transform(test).select(F.sqrt(F.avg((clipped - F.col("rating")) ** 2))).first()[0]
print(json.dumps({"iterations": iterations, "seconds": seconds, "rmse": rmse}), flush=True)
spark.stop()
