"""Executors come with the work and leave when they are idle; shuffle files and cached blocks are still there.

Prints how many there were at most while there was work, and at last; how often a partition was computed; the sums.
"""

import threading
import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
computed = sc.accumulator(0)


def executors():
    return sc._jsc.sc().getExecutorMemoryStatus().size() - 1


def until(wanted, seconds=60):
    end = time.monotonic() + seconds
    while executors() != wanted and time.monotonic() < end:
        time.sleep(0.2)
    return executors()


def work(x):
    computed.add(1)
    time.sleep(0.5)
    return x % 4, x


most = 0
ended = threading.Event()


def watch():
    global most
    while not ended.wait(0.1):
        most = max(most, executors())


watcher = threading.Thread(target=watch)
watcher.start()
cached = sc.parallelize(range(48), 48).map(work).cache()
shuffled = cached.reduceByKey(lambda a, b: a + b, 4)
first = sorted(shuffled.collect())
ended.set()
watcher.join()
print("at most", most, "executors")
time.sleep(6)  # twice as long as an executor may be idle: those that keep something stay
print("still computed", computed.value, "with the blocks kept:", cached.count(), "again", computed.value)
cached.unpersist(blocking=True)
del cached
print("at last", until(1), "executors")
print("the same", sorted(shuffled.collect()) == first)
