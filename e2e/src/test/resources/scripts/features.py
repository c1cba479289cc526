"""What PySpark can do, each once; prints `ok NAME` or `FAIL NAME why`, and where the functions ran."""

import os
import shutil

import numpy as np
import pandas as pd
from pyspark import BarrierTaskContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.datasource import DataSource, DataSourceReader
from pyspark.sql.functions import pandas_udf, udf, udtf
from pyspark.sql.types import IntegerType, StructField, StructType
from pyspark.sql.udtf import AnalyzeResult

from checks import check, run_checks

spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
SHARED = os.environ["PYJOB_DIR"]


@check(999000)
def rdd_map():
    return sc.parallelize(range(1000), 4).map(lambda x: x * 2).sum()


@check(500500)
def udf_arrow():
    return spark.range(1000).select(udf(lambda x: x + 1, "long")("id").alias("y")).agg(F.sum("y")).first()[0]


@check(500500)
def udf_pickled():
    plus = udf(lambda x: x + 1, "long", useArrow=False)
    return spark.range(1000).select(plus("id").alias("y")).agg(F.sum("y")).first()[0]


@pandas_udf("long")
def plus_one(s: pd.Series) -> pd.Series:
    return s + 1


@check(500500)
def pandas_udf_scalar():
    return spark.range(1000).select(plus_one("id").alias("y")).agg(F.sum("y")).first()[0]


@check(501500)
def pandas_udf_chained():
    return spark.range(1000).select(plus_one(plus_one("id")).alias("y")).agg(F.sum("y")).first()[0]


@check(500500)
def pandas_udf_iterator():
    from collections.abc import Iterator

    @pandas_udf("long")
    def plus(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for batch in batches:
            yield batch + 1

    return spark.range(1000).select(plus("id").alias("y")).agg(F.sum("y")).first()[0]


@check([(0, 1.5), (1, 2.5), (2, 3.5)])
def pandas_udf_grouped():
    @pandas_udf("double")
    def mean(s: pd.Series) -> float:
        return float(s.mean())

    rows = spark.range(6).groupBy((F.col("id") % 3).alias("k")).agg(mean("id").alias("m")).orderBy("k")
    return [(r["k"], r["m"]) for r in rows.collect()]


@check(4950 * 2)
def map_in_pandas():
    def twice(frames):
        for frame in frames:
            yield frame.assign(z=frame.id * 2)

    return spark.range(100).mapInPandas(twice, "id long, z long").agg(F.sum("z")).first()[0]


@check(100)
def map_in_arrow():
    return spark.range(100).mapInArrow(lambda batches: batches, "id long").count()


@check([(0, 34), (1, 33), (2, 33)])
def apply_in_pandas():
    def count(frame):
        return pd.DataFrame({"k": [frame.k[0]], "n": [len(frame)]})

    frame = spark.range(100).withColumn("k", F.col("id") % 3)
    return [tuple(r) for r in frame.groupBy("k").applyInPandas(count, "k long, n long").orderBy("k").collect()]


@check([(0, 2), (1, 2)])
def cogrouped():
    def join(left, right):
        return pd.DataFrame({"k": [left.k[0]], "n": [len(left) + len(right)]})

    frame = spark.range(2).withColumnRenamed("id", "k")
    both = frame.groupBy("k").cogroup(frame.groupBy("k"))
    return [tuple(r) for r in both.applyInPandas(join, "k long, n long").orderBy("k").collect()]


@check([0, 1, 2, 3, 4])
def to_pandas():
    return spark.range(5).toPandas().id.tolist()


@check([(1, "a"), (2, "b")])
def create_from_list():
    return [tuple(r) for r in spark.createDataFrame([(1, "a"), (2, "b")], "i int, s string").collect()]


@check(499500)
def create_from_pandas():
    return spark.createDataFrame(pd.DataFrame({"a": np.arange(1000)})).agg(F.sum("a")).first()[0]


@check((285, 1000))
def broadcast():
    squares = sc.broadcast({i: i * i for i in range(1000)})
    return sc.parallelize(range(10), 2).map(lambda x: squares.value[x]).sum(), len(squares.value)


@check(4950)
def accumulator():
    total = sc.accumulator(0)
    sc.parallelize(range(100), 4).foreach(total.add)
    return total.value


@check((1000, 500500))
def cached():
    frame = spark.range(1000).select(plus_one("id").alias("y")).cache()
    return frame.count(), frame.agg(F.sum("y")).first()[0]


@check([143] * 6 + [142])
def udf_and_shuffle():
    frame = spark.range(1000).groupBy(udf(lambda x: x % 7, "long")("id").alias("g")).count()
    return [r["count"] for r in frame.orderBy("g").collect()]


@check(4950)
def to_local_iterator():
    return sum(r.id for r in spark.range(100).toLocalIterator())


@check([0, 1, 2])
def table_function():
    @udtf(returnType="n: int")
    class Count:
        def eval(self, k: int):
            for i in range(k):
                yield (i,)

    return [r.n for r in Count(F.lit(3)).collect()]


@check([6])
def table_function_with_analyze():
    @udtf
    class Twice:
        @staticmethod
        def analyze(k):
            return AnalyzeResult(StructType([StructField("m", IntegerType())]))

        def eval(self, k: int):
            yield (k * 2,)

    return [r.m for r in Twice(F.lit(3)).collect()]


@check([7])
def python_data_source():
    class Sevens(DataSource):
        @classmethod
        def name(cls):
            return "sevens"

        def schema(self):
            return "i int"

        def reader(self, schema):
            class Reader(DataSourceReader):
                def read(self, partition):
                    yield (7,)

            return Reader()

    spark.dataSource.register(Sevens)
    return [r.i for r in spark.read.format("sevens").load().collect()]


@check([10, 35])
def barrier():
    def wait(part):
        context = BarrierTaskContext.get()
        context.barrier()
        yield sum(part)

    return sc.parallelize(range(10), 2).barrier().mapPartitions(wait).collect()


@check([10])
def foreach_batch():
    sizes = []
    source = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 10).load()
    query = (
        source.writeStream.foreachBatch(lambda frame, _: sizes.append(frame.count()))
        .trigger(once=True)
        .option("checkpointLocation", os.path.join(SHARED, "checkpoint"))
        .start()
    )
    query.awaitTermination(60)
    return sizes


@check([42])
def add_py_file():
    with open("added_module.py", "w") as file:
        file.write("def f(x):\n    return x + 41\n")
    sc.addPyFile("added_module.py")

    def use(x):
        import added_module

        return added_module.f(x)

    return sc.parallelize([1], 1).map(use).collect()


@check(([1.0, 2.0], 3.0, [2.0, 3.0]))
def functions_of_ml():
    """They are registered by a class of their own in the driver's JVM, see ARCHITECTURE.md."""
    from pyspark.ml.functions import array_to_vector, vector_to_array
    from pyspark.ml.linalg import Vectors
    from pyspark.ml.stat import Summarizer

    frame = spark.createDataFrame([(Vectors.dense([1.0, 2.0]),), (Vectors.dense([3.0, 4.0]),)], ["v"])
    array = frame.select(vector_to_array("v").alias("a")).first()["a"]
    vector = frame.select(array_to_vector(vector_to_array("v")).alias("v")).collect()[1]["v"]
    mean = frame.select(Summarizer.mean(frame.v)).first()[0]
    return list(array), float(vector[0]), [float(x) for x in mean]


@check([10])
def class_of_the_script():
    return sc.parallelize([Point(3, 7)], 1).map(lambda p: p.x + p.y).collect()


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


@check([True, True])
def libraries_find_pyspark_installed():
    from importlib.metadata import version

    there = sc.parallelize([0], 1).map(lambda _: version("pyspark")).first()
    return [version("pyspark") == sc.version, there == sc.version]


@check(True)
def error_has_the_python_traceback():
    try:
        spark.range(3).select(udf(lambda x: 1 // 0, "long")("id")).collect()
    except Exception as error:
        return "ZeroDivisionError" in str(error) and "1 // 0" in str(error)
    return False


def where(_):
    """Which executor, which mount namespace, and whether a Java can be found there."""
    import time

    time.sleep(0.3)
    return os.environ["PYJOB_DIR"], os.readlink("/proc/self/ns/mnt"), shutil.which("java"), os.path.exists("/usr/lib/jvm/java-17-openjdk-amd64")


run_checks()

places = set(sc.parallelize(range(8), 8).map(where).collect())
print("executors", len({place[0] for place in places}))
print("namespaces", len({place[1] for place in places} | {os.readlink("/proc/self/ns/mnt")}))
print("java", any(place[2] or place[3] for place in places) or bool(shutil.which("java")))
jvm = sc._jvm.java
print("python beside the driver's JVM", any(jvm.io.File(p).canExecute() for p in ("/usr/bin/python3", os.path.realpath(os.sys.executable))))
