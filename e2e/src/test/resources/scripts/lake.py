"""Writes to S3 and reads it again, with functions on the way; says whether Python has the credentials."""

import os
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf

spark = SparkSession.builder.getOrCreate()
lake = sys.argv[1]


@pandas_udf("long")
def square(s):
    return s * s


def knows(_):
    return any("LAKE" in name or "AWS" in name for name in os.environ)


numbers = spark.range(0, 1000, 1, 4).withColumn("square", square("id"))
numbers.write.mode("overwrite").partitionBy().parquet(f"{lake}/numbers")
read = spark.read.parquet(f"{lake}/numbers")
print("parquet", read.count(), read.selectExpr("sum(square)").first()[0])
read.where("id < 3").coalesce(1).write.mode("overwrite").option("header", True).csv(f"{lake}/few")
print("csv", sorted(tuple(row) for row in spark.read.option("header", True).csv(f"{lake}/few").collect()))
print("python knows", knows(0), spark.sparkContext.parallelize([0], 1).map(knows).first())
