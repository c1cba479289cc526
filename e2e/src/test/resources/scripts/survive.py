"""Caches and shuffles, waits for the file `go`, then uses both again and tells how much had to be computed twice."""

import os
import sys
import time
from operator import add

from pyspark.sql import SparkSession

context = SparkSession.builder.getOrCreate().sparkContext
computed, mapped = context.accumulator(0), context.accumulator(0)


def compute(number):
    computed.add(1)
    return number


def pair(number):
    mapped.add(1)
    return number % 10, number


while context._jsc.sc().getExecutorMemoryStatus().size() - 1 < int(sys.argv[1]):
    time.sleep(0.1)
cached = context.parallelize(range(400), 16).map(compute).cache()
cached.count()
shuffled = cached.map(pair).reduceByKey(add, 8)
shuffled.count()
print("ready", computed.value, mapped.value, flush=True)
while not os.path.exists("go"):
    time.sleep(0.05)
print("sums", cached.sum(), sum(value for _, value in shuffled.collect()))
print("again", computed.value - 400, mapped.value - 400, flush=True)
