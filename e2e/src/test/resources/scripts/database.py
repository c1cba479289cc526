"""Reads a table in parts, has a function work on it, writes another; says whether Python has the password."""

import os
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

spark = SparkSession.builder.getOrCreate()
url = sys.argv[1]
driver = "org.postgresql.Driver"


@udf("string")
def shout(text):
    return text.upper()


def knows(_):
    return any(name.startswith(("PG", "DB_")) for name in os.environ)


words = (
    spark.read.format("jdbc")
    .options(url=url, driver=driver, user="pyjob", dbtable="words")
    .options(partitionColumn="id", lowerBound=0, upperBound=100, numPartitions=4)
    .load()
)
print("read", words.count(), "in", words.rdd.getNumPartitions(), "parts")
loud = words.where("id % 10 = 0").select("id", shout("word").alias("word"))
loud.write.format("jdbc").options(url=url, driver=driver, user="pyjob", dbtable="loud").mode("overwrite").save()

# The driver's JVM puts the variable's value there; Python has the name alone.
spark.sql(
    f"CREATE TEMPORARY VIEW loud USING jdbc OPTIONS (url '{url}', driver '{driver}', dbtable 'loud',"
    " user 'pyjob', password '${env:DB_PASSWORD}')"
)
print([tuple(row) for row in spark.sql("SELECT * FROM loud WHERE id < 25 ORDER BY id").collect()])
print("python knows", knows(0), spark.sparkContext.parallelize([0], 1).map(knows).first())
