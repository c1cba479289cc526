"""What real scripts do around PySpark; prints `ok NAME` or `FAIL NAME why`."""

# %% A cell of an exported notebook
try:
    get_ipython().run_line_magic("matplotlib", "inline")
except NameError:
    pass

# COMMAND ----------
import argparse
import atexit
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time

import numpy as np
import pandas as pd
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from checks import check, run_checks

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="log %(message)s")


def square(x):
    return x * x


def session(**conf):
    builder = SparkSession.builder.appName("habits")
    for key, value in conf.items():
        builder = builder.config(key.replace("_", "."), value)
    return builder.getOrCreate()


@check((10, "2026-01-31"))
def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int)
    parser.add_argument("date")
    known = parser.parse_args()
    return known.rows, known.date


@check("end of file")
def input_has_ended():
    try:
        return input()
    except EOFError:
        return "end of file"


@check([0, 1, 4])
def processes_of_the_script():
    with multiprocessing.Pool(2) as pool:
        return pool.map(square, range(3))


@check(["alarm"])
def signals():
    heard = []
    signal.signal(signal.SIGALRM, lambda *_: heard.append("alarm"))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    deadline = time.monotonic() + 10
    while not heard and time.monotonic() < deadline:
        time.sleep(0.05)
    return heard


@check((3, True, ["t"], 0))
def sessions():
    spark = session()
    other = spark.newSession()
    spark.range(3).createOrReplaceTempView("t")
    names = [table.name for table in spark.catalog.listTables()]
    return spark.table("t").count(), other.sparkContext is spark.sparkContext, names, len(other.catalog.listTables())


@check(True)
def hadoop_by_the_gateway():
    spark = session()
    jvm = spark._jvm
    path = jvm.org.apache.hadoop.fs.Path(f"{os.getcwd()}/by_hadoop")
    fs = path.getFileSystem(spark._jsc.hadoopConfiguration())
    fs.mkdirs(path)
    found = fs.exists(path) and os.path.isdir("by_hadoop")
    listed = [str(status.getPath().getName()) for status in fs.listStatus(path.getParent())]
    return found and "by_hadoop" in listed and fs.delete(path, True) and not os.path.exists("by_hadoop")


@check((True, 4))
def group_that_is_cancelled_from_a_thread():
    sc = session().sparkContext
    failed = []

    def work():
        sc.setJobGroup("slow", "sleeps", interruptOnCancel=True)
        try:
            sc.parallelize(range(2), 2).map(lambda _: time.sleep(60)).collect()
        except Exception as error:
            failed.append("cancelled" in str(error))

    from pyspark import InheritableThread

    thread = InheritableThread(target=work)
    thread.start()
    deadline = time.monotonic() + 30
    while not sc.statusTracker().getActiveJobsIds() and time.monotonic() < deadline:
        time.sleep(0.05)
    sc.cancelJobGroup("slow")
    thread.join(30)
    return failed == [True], sc.parallelize(range(4), 2).count()


@check((1_000_000, 499_999_500_000))
def million_rows_to_pandas():
    frame = session().range(1_000_000).withColumn("half", F.col("id") / 2).toPandas()
    return len(frame), int(frame.id.sum())


@check((500_000, 124_999_750_000, 7))
def large_pandas_frame():
    frame = pd.DataFrame({"a": np.arange(500_000), "b": np.random.default_rng(1).random(500_000)})
    frame["c"] = (frame.a % 7).astype(str)
    made = session().createDataFrame(frame)
    return made.count(), made.agg(F.sum("a")).first()[0], made.select("c").distinct().count()


@check([1 << 25, 1 << 25])
def broadcast_of_32_mib():
    sc = session().sparkContext
    block = sc.broadcast(bytes(1 << 25))
    return sc.parallelize(range(2), 2).map(lambda _: len(block.value)).collect()


@check(([("a", 4), ("b", 2)], 6))
def files_beside_the_script():
    spark = session()
    with open("in.csv", "w") as file:
        file.write("k,n\na,1\na,3\nb,2\n")
    frame = spark.read.csv("in.csv", header=True, inferSchema=True)
    sums = frame.groupBy("k").agg(F.sum("n").alias("n")).orderBy("k")
    sums.write.mode("overwrite").parquet("out.parquet")
    kept = pd.read_parquet("out.parquet").sort_values("k")
    frame.coalesce(1).write.mode("overwrite").json(f"file://{os.getcwd()}/out.json")
    parts = [part for part in os.listdir("out.json") if part.startswith("part-")]
    with open(os.path.join("out.json", parts[0])) as file:
        lines = len(file.readlines())
    return [(row.k, int(row.n)) for row in kept.itertuples()], lines * 2


@check([("a", 2.0), ("b", 2.0)])
def pandas_on_spark():
    import pyspark.pandas as ps

    session()
    frame = ps.DataFrame({"k": ["a", "a", "b"], "n": [1, 3, 2]})
    means = frame.groupby("k").n.mean().sort_index().to_pandas()
    return [(key, float(value)) for key, value in means.items()]


@check((4, [0.0, 1.0]))
def pipeline_that_is_saved_and_loaded():
    from pyspark.ml import Pipeline, PipelineModel
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import VectorAssembler

    spark = session()
    data = spark.createDataFrame([(0.0, 1.0), (0.0, 2.0), (1.0, 8.0), (1.0, 9.0)], ["label", "x"])
    model = Pipeline(stages=[VectorAssembler(inputCols=["x"], outputCol="features"), LogisticRegression(maxIter=5)])
    model.fit(data).write().overwrite().save("model")
    rows = PipelineModel.load("model").transform(data).select("prediction").collect()
    return len(rows), sorted({row.prediction for row in rows})


@check([(0, 3), (1, 5)])
def stream_that_goes_on_from_its_checkpoint():
    spark = session()
    seen = []
    os.makedirs("incoming", exist_ok=True)
    for batch, rows in enumerate((3, 5)):
        with open(f"incoming/{batch}.json", "w") as file:
            file.writelines(f'{{"n": {n}}}\n' for n in range(rows))
        stream = spark.readStream.schema("n int").json("incoming").writeStream
        stream.foreachBatch(lambda frame, number: seen.append((number, frame.count()))).trigger(
            availableNow=True
        ).option("checkpointLocation", "checkpoint").start().awaitTermination(60)
    return seen


@check(["habits 2", [Row(n=1)]])
def stopped_and_started_anew():
    session().stop()
    spark = SparkSession.builder.appName("habits 2").getOrCreate()
    name = spark.sparkContext.appName
    plus = F.udf(lambda x: x + 1, "int")
    return [name, spark.range(1).select(plus(F.col("id").cast("int")).alias("n")).collect()]


def said_at_the_end():
    print("atexit", threading.current_thread().name, flush=True)


def main():
    atexit.register(said_at_the_end)
    run_checks()
    logging.info("done as %s", __name__)


if __name__ == "__main__":
    main()
