"""A small RDD job: one stage of tasks in Python."""

import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
total = spark.sparkContext.parallelize(range(100_000), 4).map(lambda x: x * 2).sum()
print("total", total)
print("result at", time.time(), flush=True)
assert total == 9_999_900_000
