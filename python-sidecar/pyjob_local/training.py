"""Starts the launcher's JVM: for a job, or for the training run, a small job whose JVMs note the classes they load."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from .agent import Agent
from .runtime import Runtime, in_use
from .say import say

_MAIN = "io.pyjob.operator.local.LocalMain"
_TRAINING = """\
import pandas as pd
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.getOrCreate()
spark.sparkContext.parallelize(range(8), 2).map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b).collect()
@F.pandas_udf("long")
def plus(s: pd.Series) -> pd.Series:
    return s + 1
rows = spark.createDataFrame([(i, "a %d" % i) for i in range(20)], "id long, text string")
words = rows.withColumn("words", F.explode(F.split("text", " ")))
words.groupBy("words").agg(F.sum(plus("id"))).orderBy("words").collect()
rows.select(F.udf(lambda x: x + 1, "long")("id")).toPandas()
"""


def train(runtime: Runtime, new_agent: Callable[[Runtime], Agent], *, quiet: bool) -> int:
    """Run the training job; its exit code."""
    with tempfile.TemporaryDirectory(prefix="pyjob-training-") as folder:
        script = Path(folder, "training.py")
        script.write_text(_TRAINING)
        argv = ["run", "--executors=1", str(script)]
        code = _in_child(lambda: _run(new_agent(runtime), runtime, argv, {"PYJOB_TRAINING": "1"}), quiet)
    if code != 0:
        say(f"the training run ended with {code}")
    return code


def run_launcher(agent: Agent, runtime: Runtime, argv: list[str], began: float) -> int:
    """Run `pyjob` with these arguments, as it was asked to at ``began``; the exit code."""
    return _run(agent, runtime, argv, {"PYJOB_BEGAN": str(int(began * 1000))})


def _run(agent: Agent, runtime: Runtime, argv: list[str], env: dict[str, str]) -> int:
    java = str(runtime.java / "bin" / "java")
    role = "launcher.train" if "PYJOB_TRAINING" in env else "launcher"
    env = {**os.environ, "PYJOB_HOME": str(runtime.home), "PYJOB_JAVA": java, **env}
    with in_use(runtime.home):
        return agent.run([java, f"@{runtime.arguments(role)}", _MAIN, *argv], env)


def _in_child(run: Callable[[], int], quiet: bool) -> int:
    """Run an agent in a child: it changes its process for good, and ours has a job to run yet."""
    pid = os.fork()
    if pid == 0:
        if quiet:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
        code = 70
        try:
            code = run()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
