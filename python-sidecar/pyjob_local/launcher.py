"""What `./pyjob` does: set-up where it is needed, then the launcher's JVM."""

import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from .agent import Agent, Image
from .build import ensure_built
from .cache import cache_root
from .environment import ensure_environment
from .java import find_java
from .runtime import Runtime, ensure_runtime, in_use
from .say import SetupError, say
from .spark import Spark, ensure_spark

_SETUP_FAILED = 69
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


def main(project: str, argv: list[str]) -> int:
    """Run `pyjob` with these arguments; the exit code."""
    try:
        return _main(Path(project), argv)
    except SetupError as error:
        say(str(error))
        return _SETUP_FAILED
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except PermissionError as error:
        say(f"{error.filename} cannot be written to ({error.strerror}). Set PYJOB_CACHE to a folder that can")
        return _SETUP_FAILED


def _main(project: Path, argv: list[str]) -> int:
    cache = cache_root()
    java = find_java()
    ensure_built(project)
    spark = ensure_spark(cache)

    def train(runtime: Runtime) -> None:
        with tempfile.TemporaryDirectory(prefix="pyjob-training-") as folder:
            script = Path(folder, "training.py")
            script.write_text(_TRAINING)
            code = _in_training(cache, java, spark, runtime, ["run", "--executors=1", str(script)])
        if code != 0:
            say(f"the training run ended with {code}")

    ensure_environment(cache, ())
    runtime = ensure_runtime(project, cache, java, spark, None if os.environ.get("PYJOB_NO_CDS") else train)
    return _agent(cache, java, spark, runtime, argv)


def _in_training(cache: Path, java: Path, spark: Spark, runtime: Runtime, argv: list[str]) -> int:
    """Run the agent in a child, without a word: it changes its process for good, and ours has a job to run yet."""
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        code = 70
        try:
            code = _agent(cache, java, spark, runtime, argv, training=True)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _agent(cache: Path, java: Path, spark: Spark, runtime: Runtime, argv: list[str], *, training: bool = False) -> int:
    code = (str(runtime.home / "python"), str(spark.python))
    jvm = Image(_pythons(cache), (str(java), str(runtime.home), str(spark.jars), *code))
    python = Image(_javas(java, spark, runtime), code)
    agent = Agent(cache, {"jvm": jvm, "python": python})
    env = _environment(runtime)
    if training:
        env["PYJOB_TRAINING"] = "1"
    with in_use(runtime.home):
        return agent.run(_command(runtime, training, argv), env)


def _command(runtime: Runtime, training: bool, argv: list[str]) -> list[str]:
    role = "launcher.train" if training else "launcher"
    return [str(runtime.java / "bin" / "java"), f"@{runtime.arguments(role)}", _MAIN, *argv]


def _environment(runtime: Runtime) -> dict[str, str]:
    return {
        **os.environ,
        "PYJOB_HOME": str(runtime.home),
        "PYJOB_JAVA": str(runtime.java / "bin" / "java"),
    }


def _pythons(cache: Path) -> tuple[str, ...]:
    """All of this machine's Pythons that can be found: what a JVM box must not have."""
    found = {str(cache / "env"), sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib")}
    for folder in ("/usr/bin", "/usr/local/bin", "/bin"):
        found |= {str(path) for path in Path(folder).glob("python*")}
    for folder in ("/usr/lib", "/usr/local/lib"):
        found |= {str(path) for path in Path(folder).glob("python*")}
    found |= {str(Path(sys.base_prefix).parent)} if "/.pyenv/" in sys.base_prefix else set()
    return tuple(sorted(found - {"/usr", "/usr/local", "/"}))


def _javas(java: Path, spark: Spark, runtime: Runtime) -> tuple[str, ...]:
    """All of this machine's Javas that can be found, and Spark's jars: what a Python box must not have."""
    found = {str(java), str(spark.jars), str(runtime.home / "jars"), "/usr/lib/jvm"}
    on_path = shutil.which("java")
    if on_path is not None:
        found.add(on_path)
    return tuple(sorted(found))
