"""A plain @udf straight on a Parquet scan: hangs for ever on Spark 4.2.0 with its own defaults."""

import os

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.getOrCreate()
place = os.path.abspath("numbers.parquet")
spark.range(1000).write.parquet(place)
plus = F.udf(lambda x: x + 1, "long")
print("sum", spark.read.parquet(place).select(plus("id").alias("y")).agg(F.sum("y")).first()[0])
