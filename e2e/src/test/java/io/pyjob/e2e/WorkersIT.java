package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What functions may do to their Python workers: no task suffers from another's, and an error says what happened. */
class WorkersIT {
    private static final String[] SESSION = {
        "import ctypes, os, signal, sys, time",
        "from pyspark import TaskContext",
        "from pyspark.sql import SparkSession",
        "spark = SparkSession.builder.getOrCreate()",
        "sc = spark.sparkContext",
    };

    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private PyJob.Ended run(String... lines) {
        pyjob.write("job.py", (String.join("\n", SESSION) + "\n" + String.join("\n", lines)).split("\n"));
        return pyjob.run("run", "-e", "1", "job.py");
    }

    private PyJob.Ended runManifest(String executorsPython, String... lines) {
        pyjob.write("job.py", (String.join("\n", SESSION) + "\n" + String.join("\n", lines)).split("\n"));
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: workers}",
                "spec:",
                "  script: {path: job.py}",
                "  executors: {instances: 1, python: " + executorsPython + "}");
        return pyjob.run("run", "job.yaml");
    }

    private static void assertPrints(PyJob.Ended run, String out) {
        assertThat(run.out()).as(Runs.describe(run)).isEqualTo(out);
        assertThat(run.code()).as(Runs.describe(run)).isZero();
    }

    @Test
    void whatAFunctionLeavesBehindIsNotSeenByTheNextTask() {
        pyjob.script("dirty.py");
        PyJob.Ended run = pyjob.run("run", "-e", "1", "dirty.py");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out().lines().filter(line -> !line.startsWith("ok ")).toList())
                .as(Runs.describe(run))
                .isEmpty();
        assertThat(run.out().lines().count()).isEqualTo(19);
    }

    @Test
    void aCrashShowsThePythonStackInTheError() {
        PyJob.Ended run = run(
                "def falls_over(x):",
                "    return ctypes.string_at(0)",
                "sc.parallelize([1], 1).map(falls_over).collect()");
        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(1);
        assertThat(run.err()).contains("Segmentation fault", "in falls_over");
    }

    @Test
    void anExitShowsThePythonStackInTheError() {
        PyJob.Ended run = run(
                "def leaves_at_once(x):", "    os._exit(5)", "sc.parallelize([1], 1).map(leaves_at_once).collect()");
        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(1);
        assertThat(run.err()).contains("os._exit", "in leaves_at_once", "code 5");
    }

    @Test
    void sysExitInAFunctionFailsTheTask() {
        PyJob.Ended run = run("sc.parallelize([1], 1).map(lambda x: sys.exit('enough')).collect()");
        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(1);
        assertThat(run.err()).contains("SystemExit", "enough");
    }

    @Test
    void aWorkerOverItsLimitFailsTheTaskInItsOwnWords() {
        PyJob.Ended run = runManifest(
                "{memory: 1Gi, workerMemory: 200Mi}",
                "def explode(x):",
                "    held = []",
                "    for i in range(800):",
                "        held.append(bytearray(b'x') * (1 << 20))",
                "        time.sleep(0.002)",
                "    return len(held)",
                "try:",
                "    sc.parallelize([1], 1).map(explode).collect()",
                "except Exception as error:",
                "    print(str(error))");
        assertThat(run.out()).as(Runs.describe(run)).contains("explode", "200", "MiB", "executors.python.workerMemory");
        assertThat(run.err()).contains("workerMemory");
        assertThat(run.code()).isZero();
    }

    @Test
    void aCancelledTasksWorkerIsGoneThoughItIsBusy() {
        assertPrints(
                run(
                        "import pathlib, threading",
                        "def busy(x):",
                        "    pathlib.Path('" + pyjob.work() + "/pid').write_text(str(os.getpid()))",
                        "    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))",
                        "    while True: pass",
                        "def hang():",
                        "    sc.setJobGroup('hang', 'hangs', True)",
                        "    try: sc.parallelize([1], 1).map(busy).collect()",
                        "    except Exception as error: print('cancelled' in str(error))",
                        "pid = pathlib.Path('" + pyjob.work() + "/pid')",
                        "thread = threading.Thread(target=hang)",
                        "thread.start()",
                        "while not (pid.exists() and pid.read_text()): time.sleep(0.05)",
                        "sc.cancelJobGroup('hang')",
                        "thread.join()",
                        "deadline = time.monotonic() + 30",
                        "while os.path.exists(f'/proc/{pid.read_text()}') and time.monotonic() < deadline: time.sleep(0.05)",
                        "print('gone' if not os.path.exists(f'/proc/{pid.read_text()}') else 'still there')",
                        "print(sc.parallelize([1], 1).map(lambda x: x).sum())"),
                "True\ngone\n1\n");
    }

    @Test
    void aWorkerServesNoMoreTasksThanItMay() {
        assertPrints(
                runManifest(
                        "{maxTasksPerWorker: 3}",
                        "pids = [sc.parallelize([1], 1).map(lambda x: os.getpid()).collect()[0] for _ in range(7)]",
                        "print([pids.count(pid) for pid in dict.fromkeys(pids)])"),
                "[3, 3, 1]\n");
    }

    @Test
    void withoutPreloadingWorkersAreBareAndWork() {
        assertPrints(
                runManifest(
                        "{preload: []}",
                        "def modules(x):",
                        "    with open('/proc/%d/maps' % os.getppid()) as file:",
                        "        return 'libarrow' in file.read()",
                        "print(sc.parallelize([1], 1).map(modules).collect())",
                        "from pyspark.sql.functions import udf",
                        "plus = udf(lambda x: x + 1, 'long')",
                        "print(spark.range(5).select(plus('id').alias('y')).groupBy().sum('y').first()[0])"),
                "[False]\n15\n");
    }

    @Test
    void pyarrowIsPreloadedElse() {
        assertPrints(
                run(
                        "def modules(x):",
                        "    with open('/proc/%d/maps' % os.getppid()) as file:",
                        "        return 'libarrow' in file.read()",
                        "print(sc.parallelize([1], 1).map(modules).collect())"),
                "[True]\n");
    }

    /** A module that ends its process as it is imported ends the first pool, and not every one after it. */
    @Test
    void aPreloadThatCrashesIsLeftOut() {
        pyjob.write("falls_at_import.py", "import os", "os._exit(9)");
        pyjob.write(
                "job.py",
                (String.join("\n", SESSION) + "\nprint(sc.parallelize([5], 1).map(lambda x: x).sum())\ntime.sleep(8)")
                        .split("\n"));
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: crashing-preload}",
                "spec:",
                "  script: {path: job.py}",
                "  python: {env: [{name: PYTHONPATH, value: " + pyjob.work() + "}]}",
                "  executors: {instances: 1, python: {preload: [pyspark.worker, falls_at_import]}}");
        PyJob.Ended run = pyjob.run("run", "job.yaml");
        assertPrints(run, "5\n");
        assertThat(run.err()).contains("falls_at_import");
    }

    @Test
    void aModuleThatIsAddedLateIsThereInTheNextTask() {
        pyjob.write("later.py", "VALUE = 42");
        assertPrints(
                run(
                        "def look(x):",
                        "    try:",
                        "        import later",
                        "        return later.VALUE",
                        "    except ImportError:",
                        "        return None",
                        "print(sc.parallelize([1], 1).map(look).collect())",
                        "sc.addPyFile('later.py')",
                        "print(sc.parallelize([1], 1).map(look).collect())"),
                "[None]\n[42]\n");
    }

    /** The driver has workers of its own, for table functions' analyze and for data sources. */
    @Test
    void theDriversOwnWorkersSayWhatHappenedToo() {
        PyJob.Ended run = run(
                "from pyspark.sql.datasource import DataSource",
                "class Leaves(DataSource):",
                "    @classmethod",
                "    def name(cls): return 'leaves'",
                "    def schema(self): os._exit(6)",
                "spark.dataSource.register(Leaves)",
                "try:",
                "    spark.read.format('leaves').load()",
                "except Exception as error:",
                "    print(str(error))");
        assertThat(run.out()).as(Runs.describe(run)).contains("os._exit(6) in schema (job.py, line 10)");
        assertThat(run.code()).isZero();
    }

    @Test
    void whatTasksPrintIsLabelled() {
        // One folder is kept: that with the log.
        try (PyJob kept = PyJob.inNewFolder()) {
            kept.write(
                    "job.py",
                    "from pyspark.sql import SparkSession",
                    "sc = SparkSession.builder.getOrCreate().sparkContext",
                    "print(sc.parallelize([4], 1).map(lambda x: print('says', x) or x).sum())");
            assertPrints(kept.run("run", "--keep", "-e", "1", "job.py"), "4\n");
            assertThat(kept.keptLog("executor-1-python.log"))
                    .contains("[executor 1, task 0.0 in stage 0 (TID 0)] says 4\n");
        }
    }
}
