"""transformWithStateInPandas: the processor's init runs in a worker of the driver's, the rest in executors."""

import os

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming.stateful_processor import StatefulProcessor

spark = (
    SparkSession.builder.config("spark.sql.shuffle.partitions", "2")
    .config(
        "spark.sql.streaming.stateStore.providerClass",
        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
    )
    .getOrCreate()
)


class Count(StatefulProcessor):
    def init(self, handle):
        self.count = handle.getValueState("count", "n long")

    def handleInputRows(self, key, rows, timers):
        n = self.count.get()[0] if self.count.exists() else 0
        n += sum(len(frame) for frame in rows)
        self.count.update((n,))
        yield pd.DataFrame({"k": [key[0]], "n": [n]})

    def close(self):
        pass


for _ in range(2):
    source = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 10).option("numPartitions", 2).load()
    keyed = source.withColumn("k", F.col("value") % 2)
    counted = keyed.groupBy("k").transformWithStateInPandas(Count(), "k long, n long", "Update", "None")
    counted.writeStream.outputMode("update").foreachBatch(
        lambda batch, number: print(number, sorted(tuple(row) for row in batch.collect()))
    ).trigger(once=True).option("checkpointLocation", os.path.join(os.getcwd(), "checkpoint")).start().awaitTermination(60)
