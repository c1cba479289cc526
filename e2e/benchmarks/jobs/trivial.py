"""The smallest job that there is: a session, and no task."""

import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
print("version", spark.version)
print("result at", time.time(), flush=True)
