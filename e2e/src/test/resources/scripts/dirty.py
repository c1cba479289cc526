"""What a function leaves behind in its worker must not be seen by the next task. One executor with one core."""

import ctypes
import os
import signal
import sys
import threading
import time

from pyspark import TaskContext
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext


def state(_):
    mask = os.umask(0)
    os.umask(mask)
    return [
        (
            os.getcwd(),
            sorted(name for name in os.environ if name.startswith("DIRTY")),
            oct(mask),
            sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))),
            str(signal.getsignal(signal.SIGTERM)),
            sys.stdout is not None and not sys.stdout.closed,
            sys.getrecursionlimit(),
            os.environ["HOME"],
        )
    ]


def leaves_its_folder():
    os.chdir("/")


def changes_the_environment():
    os.environ["DIRTY"] = "1"
    os.environ["HOME"] = "/nowhere"


def changes_the_environment_of_c():
    ctypes.CDLL(None).setenv(b"DIRTY_C", b"1", 1)


def changes_the_umask():
    os.umask(0o777)


def blocks_signals():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))


def ignores_signals():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def prints_much():
    for _ in range(20_000):
        print("x" * 255)


def prints_one_long_line():
    print("y" * 5_000_000)


def closes_standard_output():
    sys.stdout.close()


def closes_all_descriptors():
    os.closerange(0, 4096)


def leaves_a_thread():
    threading.Thread(target=time.sleep, args=(3600,)).start()


def forks_a_child_that_stays():
    if os.fork() == 0:
        time.sleep(3600)


def forks_a_child_that_comes_back():
    os.fork()


def limits_recursion():
    sys.setrecursionlimit(200)


def exits():
    sys.exit(7)


def exits_at_once():
    os._exit(7)


def raises_system_exit_without_a_word():
    raise SystemExit


def crashes():
    ctypes.string_at(0)


def stops_itself():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)


def at_first(deed):
    def task(x):
        if TaskContext.get().attemptNumber() == 0:
            deed()
        return x

    return task


expected = sc.parallelize([0], 1).mapPartitions(state).collect()
for deed in (
    leaves_its_folder,
    changes_the_environment,
    changes_the_environment_of_c,
    changes_the_umask,
    blocks_signals,
    ignores_signals,
    prints_much,
    prints_one_long_line,
    closes_standard_output,
    closes_all_descriptors,
    leaves_a_thread,
    forks_a_child_that_stays,
    forks_a_child_that_comes_back,
    limits_recursion,
    exits,
    exits_at_once,
    raises_system_exit_without_a_word,
    crashes,
    stops_itself,
):
    try:
        total = sc.parallelize(range(5), 1).map(at_first(deed)).sum()
        after = sc.parallelize([0], 1).mapPartitions(state).collect()
        fine = total == 10 and after == expected
        print("ok" if fine else "FAIL", deed.__name__, "" if fine else (total, after, expected), flush=True)
    except Exception as error:
        print("FAIL", deed.__name__, str(error)[:2000], flush=True)
