package io.pyjob.e2e.cluster;

/** What scripts of several tests begin with. */
final class Scripts {
    /** {@code spark} and {@code sc}. */
    static final String SPARK = """
            from pyspark.sql import SparkSession

            spark = SparkSession.builder.getOrCreate()
            sc = spark.sparkContext
            """;

    /** Also {@code wait(signal)}, which waits until {@link Job#go} has given that signal. */
    static final String STEERED = SPARK + """
            import os, time

            def wait(signal):
                print("waits for " + signal, flush=True)
                while not os.path.exists("/tmp/" + signal):
                    time.sleep(0.1)

            """;

    /** And works, in tasks of 50 ms, until the signal {@code end}; then prints how many tasks it ran. */
    static final String WORKING = STEERED + """
            def work(x):
                time.sleep(0.05)
                return x

            tasks = 0
            while not os.path.exists("/tmp/end"):
                assert sc.parallelize(range(8), 8).map(work).sum() == 28
                tasks += 8
                if tasks == 8:
                    print("works", flush=True)
            print(f"did {tasks} tasks", flush=True)
            """;

    /** No executors: enough for what is about the script alone. */
    static final String ALONE = "executors: {instances: 0}";

    /** One executor. */
    static final String ONE = "executors: {instances: 1}";

    /** A task prints which executor it is in, and the driver what it has returned; then it waits for "end". */
    static final String TALKS = STEERED + """
            def say(x):
                print("words of executor", os.environ["PYJOB_EXECUTOR_ID"], flush=True)
                return x
            print(sc.parallelize([1], 1).map(say).collect(), flush=True)
            wait("end")
            """;

    private Scripts() {}
}
