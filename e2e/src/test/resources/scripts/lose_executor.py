"""A job of half a minute of short tasks: time to lose a part of it on the way."""

import time

from pyspark.sql import SparkSession

sc = SparkSession.builder.getOrCreate().sparkContext


def slow(x):
    time.sleep(0.25)
    return x % 5, x


print("started", flush=True)
sums = sc.parallelize(range(60), 60).map(slow).reduceByKey(lambda a, b: a + b, 4).collect()
print("sum", sum(total for _, total in sums))
