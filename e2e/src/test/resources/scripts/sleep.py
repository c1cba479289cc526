"""Waits for ever in a task, for tests that end it from outside."""

import subprocess
import time

from pyspark.sql import SparkSession

sc = SparkSession.builder.getOrCreate().sparkContext
subprocess.Popen(["sleep", "3600"], start_new_session=True)


def wait(_):
    subprocess.Popen(["sleep", "3601"], start_new_session=True)
    time.sleep(3600)


print("started", flush=True)
sc.parallelize(range(2), 2).foreach(wait)
