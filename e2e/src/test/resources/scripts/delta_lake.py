"""What Delta Lake's documentation shows, with its wheel and its package: write, read, update, merge, look back."""

import os

from delta import DeltaTable, configure_spark_with_delta_pip
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

builder = (
    SparkSession.builder.appName("delta")
    .master("local[*]")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.sql.shuffle.partitions", "2")
)
spark = configure_spark_with_delta_pip(builder).getOrCreate()
path = os.path.abspath("people")


def rows(frame):
    return [tuple(row) for row in frame.orderBy("id").collect()]


spark.range(4).withColumn("name", F.concat(F.lit("n"), "id")).repartition(2).write.format("delta").save(path)
table = DeltaTable.forPath(spark, path)
print("written", rows(table.toDF()))

table.update(F.col("id") % 2 == 1, {"name": F.lit("odd")})
print("updated", rows(spark.read.format("delta").load(path)))

upper = F.udf(lambda name: name.upper(), "string")
news = spark.createDataFrame([(3, "three"), (4, "four")], "id long, name string").select("id", upper("name").alias("name"))
merge = table.alias("old").merge(news.alias("new"), "old.id = new.id")
merge.whenMatchedUpdateAll().whenNotMatchedInsertAll().execute()
table.delete("id = 0")
print("merged", rows(spark.sql(f"SELECT * FROM delta.`{path}`")))

print("first", rows(spark.read.format("delta").option("versionAsOf", 0).load(path)))
print("history", [row.operation for row in table.history().orderBy("version").collect()])
