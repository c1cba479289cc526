"""A small SQL job: a pandas_udf over rows that Spark makes, and an aggregate."""

import time

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.functions import sum as sum_of

spark = SparkSession.builder.getOrCreate()


@pandas_udf("double")  # type: ignore[untyped-decorator]
def half(x: pd.Series) -> pd.Series:
    return x / 2


total = spark.range(0, 100_000, numPartitions=4).select(sum_of(half("id"))).first()[0]
print("total", total)
print("result at", time.time(), flush=True)
assert total == 2_499_975_000.0
