"""Work for JVMs alone: no Python function runs on an executor."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.getOrCreate()
print("sum", spark.range(100000).repartition(4).agg(F.sum("id")).first()[0])
