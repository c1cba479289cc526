"""A job of about 20 s on two cores: aggregates, a join and a sort over rows that Spark makes, and a pandas_udf."""

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

spark = SparkSession.builder.getOrCreate()


@f.pandas_udf("long")  # type: ignore[untyped-decorator]
def half(x: pd.Series) -> pd.Series:
    return x // 2


rows = spark.range(0, 20_000_000, 1, 4).select(
    (f.col("id") % 1_000_003).alias("key"), f.hash("id").alias("hash"), f.col("id").cast("string").alias("text")
)
groups = rows.groupBy("key").agg(f.sum("hash").alias("sum"), f.max("text").alias("text"), f.count("*").alias("n"))
joined = groups.join(groups.select("key", f.col("sum").alias("again")), "key").orderBy("text")
counted = joined.select(f.sum("n"), f.sum(half("n"))).first()
print(counted[0])
assert counted[0] == 20_000_000
