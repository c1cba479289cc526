"""Python on the driver's side of Structured Streaming; prints `ok NAME` or `FAIL NAME why`."""

import json
import os
import time

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.datasource import (
    DataSource,
    DataSourceStreamReader,
    DataSourceStreamWriter,
    InputPartition,
    SimpleDataSourceStreamReader,
    WriterCommitMessage,
)
from pyspark.sql.streaming import StreamingQueryListener
from pyspark.sql.streaming.state import GroupStateTimeout

from checks import check, run_checks

spark = SparkSession.builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
HERE = os.getcwd()
#: Seen by the driver's two containers, and by the driver's own workers.
MARKS = os.path.join(os.environ["PYJOB_DIR"], "work", "marks")
os.makedirs(MARKS, exist_ok=True)


def mark(name, text=""):
    with open(os.path.join(MARKS, name), "a") as file:
        file.write(f"{text}\n")


def marks(name, seconds=10):
    """The lines that are marked so, waited for a while."""
    path = os.path.join(MARKS, name)
    deadline = time.monotonic() + seconds
    while not os.path.exists(path) and time.monotonic() < deadline:
        time.sleep(0.05)
    with open(path) as file:
        return file.read().splitlines()


class Part(InputPartition):
    def __init__(self, number):
        self.value = number


class Numbers(DataSource):
    """0 to 5, two in each batch, each a partition of its own."""

    @classmethod
    def name(cls):
        return "numbers"

    def schema(self):
        return "n int, pid int"

    def streamReader(self, schema):
        return NumbersReader(self.options.get("fail"))


class NumbersReader(DataSourceStreamReader):
    def __init__(self, fail):
        self.fail, self.at = fail, 0

    def initialOffset(self):
        return {"at": 0}

    def latestOffset(self):
        if self.fail == "raise":
            raise ValueError("no such offset")
        if self.fail == "exit":
            os._exit(6)
        self.at = min(self.at + 2, 6)
        return {"at": self.at}

    def partitions(self, start, end):
        return [Part(n) for n in range(start["at"], end["at"])]

    def read(self, partition):
        yield (partition.value, os.getpid())

    def commit(self, end):
        mark("committed", json.dumps(end))

    def stop(self):
        mark("stopped")


def rows_of(source, name, **options):
    query = (
        spark.readStream.format(source).options(**options).load().writeStream.format("memory").queryName(name).start()
    )
    try:
        query.processAllAvailable()
    finally:
        query.stop()
    return spark.table(name)


@check(([0, 1, 2, 3, 4, 5], True, ['{"at": 2}', '{"at": 4}'], [""]))
def stream_reader():
    spark.dataSource.register(Numbers)
    rows = rows_of("numbers", "numbers_rows").orderBy("n").collect()
    not_here = all(row.pid != os.getpid() for row in rows)
    return [row.n for row in rows], not_here, marks("committed")[:2], marks("stopped")


@check(True)
def stream_reader_that_raises():
    try:
        rows_of("numbers", "raises", fail="raise")
    except Exception as error:
        return "ValueError: no such offset" in str(error)
    return False


@check(True)
def stream_reader_that_exits():
    try:
        rows_of("numbers", "exits", fail="exit")
    except Exception as error:
        return "os._exit(6) in latestOffset (streaming.py" in str(error) or str(error)
    return False


class Simple(DataSource):
    @classmethod
    def name(cls):
        return "simple"

    def schema(self):
        return "n int"

    def simpleStreamReader(self, schema):
        return SimpleReader()


class SimpleReader(SimpleDataSourceStreamReader):
    def initialOffset(self):
        return {"at": 0}

    def read(self, start):
        end = min(start["at"] + 2, 4)
        return iter([(n,) for n in range(start["at"], end)]), {"at": end}

    def readBetweenOffsets(self, start, end):
        return iter([(n,) for n in range(start["at"], end["at"])])

    def commit(self, end):
        pass


@check([0, 1, 2, 3])
def simple_stream_reader():
    spark.dataSource.register(Simple)
    return [row.n for row in rows_of("simple", "simple_rows").orderBy("n").collect()]


@check([5, 10])
def two_queries_at_once():
    """Each keeps a worker of its own."""
    frame = spark.readStream.format("numbers").load()
    queries = [frame.where(F.col("n") > n).writeStream.format("memory").queryName(f"over_{n}").start() for n in (4, 3)]
    for query in queries:
        query.processAllAvailable()
    sums = [spark.table(f"over_{n}").agg(F.sum("n")).first()[0] for n in (4, 3)]
    for query in queries:
        query.stop()
    return [sums[0], sums[1] + 1]


class Sum(WriterCommitMessage):
    def __init__(self, total):
        self.total = total


class Sink(DataSource):
    @classmethod
    def name(cls):
        return "sums"

    def streamWriter(self, schema, overwrite):
        return SinkWriter(self.options.get("fail"))


class SinkWriter(DataSourceStreamWriter):
    def __init__(self, fail):
        self.fail = fail

    def write(self, iterator):
        if self.fail:
            raise ValueError("no such sink")
        return Sum(sum(row.id for row in iterator))

    def commit(self, messages, batchId):
        mark("sums", f"{batchId} {sum(message.total for message in messages)}")

    def abort(self, messages, batchId):
        mark("aborted", str(batchId))


def ten(checkpoint):
    """A batch of 0 to 9, and where its query shall keep its checkpoint: there all containers see it."""
    source = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 10).option("numPartitions", 2).load()
    frame = source.select(F.col("value").alias("id"))
    where = os.path.join(HERE, "checkpoints", checkpoint)
    return frame, lambda writer: writer.trigger(once=True).option("checkpointLocation", where).start()


@check((["0 45"], ["0 45", "1 145"]))
def stream_writer_and_restart_from_the_checkpoint():
    spark.dataSource.register(Sink)
    after = []
    for _ in range(2):
        frame, start = ten("sums")
        start(frame.writeStream.format("sums")).awaitTermination(60)
        after.append(marks("sums"))
    return tuple(after)


@check((True, ["0"]))
def stream_writer_that_raises():
    frame, start = ten("fails")
    query = start(frame.writeStream.format("sums").option("fail", "yes"))
    try:
        query.awaitTermination(60)
    except Exception as error:
        return "no such sink" in str(error), marks("aborted")
    return False


@check([(0, [(0, 20)]), (1, [(0, 40)])])
def apply_in_pandas_with_state():
    def total(key, frames, state):
        before = state.get[0] if state.exists else 0
        now = before + sum(len(frame) * 2 for frame in frames)
        state.update((now,))
        yield pd.DataFrame({"k": [0], "total": [now]})

    seen = []
    for _ in range(2):
        frame, start = ten("state")
        counted = (
            frame.withColumn("k", F.lit(0))
            .groupBy("k")
            .applyInPandasWithState(total, "k long, total long", "total long", "update", GroupStateTimeout.NoTimeout)
        )

        def keep(batch, number):
            seen.append((number, [tuple(row) for row in batch.collect()]))

        start(counted.writeStream.outputMode("update").foreachBatch(keep)).awaitTermination(60)
    return seen


@check([45])
def foreach_with_a_writer():
    total = spark.sparkContext.accumulator(0)

    class Add:
        def open(self, partition, epoch):
            return True

        def process(self, row):
            total.add(row.id)

        def close(self, error):
            pass

    frame, start = ten("foreach")
    start(frame.writeStream.foreach(Add())).awaitTermination(60)
    return [total.value]


@check((["progress 10"], ["started", "terminated"]))
def listener():
    heard = []

    class Listener(StreamingQueryListener):
        def onQueryStarted(self, event):
            heard.append("started")

        def onQueryProgress(self, event):
            heard.append(f"progress {event.progress.numInputRows}")

        def onQueryIdle(self, event):
            pass

        def onQueryTerminated(self, event):
            heard.append("terminated")

    listening = Listener()
    spark.streams.addListener(listening)
    frame, start = ten("listener")
    start(frame.writeStream.format("noop")).awaitTermination(60)
    deadline = time.monotonic() + 20
    while "terminated" not in heard and time.monotonic() < deadline:
        time.sleep(0.05)
    spark.streams.removeListener(listening)
    return [word for word in heard if "progress" in word], [word for word in heard if "progress" not in word]


@check([(0, 10)])
def state_of_the_engine():
    frame, start = ten("count")
    counts = frame.groupBy((F.col("id") * 0).alias("k")).count()
    seen = []
    start(
        counts.writeStream.outputMode("complete").foreachBatch(
            lambda batch, _: seen.extend(tuple(row) for row in batch.collect())
        )
    ).awaitTermination(60)
    return seen


run_checks()
