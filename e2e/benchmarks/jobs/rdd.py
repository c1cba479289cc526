"""A small RDD job: one stage of tasks in Python."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
total = spark.sparkContext.parallelize(range(100_000), 4).map(lambda x: x * 2).sum()
print("total", total)
assert total == 9_999_900_000
