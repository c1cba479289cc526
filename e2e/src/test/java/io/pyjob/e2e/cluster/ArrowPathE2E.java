package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Python functions by PyJob's own nodes on two executors: the same rows as by Spark's, and no memory stays, whatever dies. */
@OnCluster
final class ArrowPathE2E {
    private static final Pattern ARROW_BYTES = Pattern.compile("(?m)^pyjob_executor_arrow_bytes ([0-9.E]+)$");

    /**
     * {@code held} gives three batches back and stops in the fourth, in the first attempt of a task only, until its pod has a
     * file {@code /tmp/go}. Two tasks of ten batches each.
     */
    private static final String HELD = Scripts.STEERED + """
            from collections.abc import Iterator

            import pandas as pd
            from pyspark import InheritableThread, TaskContext
            from pyspark.sql.functions import pandas_udf

            spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "1000")

            @pandas_udf("string")
            def held(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
                for number, ids in enumerate(batches):
                    if number == 3 and TaskContext.get().attemptNumber() == 0:
                        print("holds on", flush=True)
                        while not os.path.exists("/tmp/go"):
                            time.sleep(0.1)
                    yield pd.Series([os.uname().nodename] * len(ids))

            def hosts():
                frame = spark.range(0, 20_000, 1, 2).select("*", held("id").alias("host"))
                assert "PyJobArrowEvalPython" in frame._jdf.queryExecution().toString()
                rows = frame.collect()
                assert sorted(row.id for row in rows) == list(range(20_000))
                return sorted({row.host for row in rows})

            """;

    private final TestNamespace namespace;

    ArrowPathE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    /** What the executor's page of metrics says. */
    private double arrowBytes(Pod executor) {
        String path = "/api/v1/namespaces/%s/pods/%s:7090/proxy/metrics"
                .formatted(namespace.name(), executor.getMetadata().getName());
        Matcher found = ARROW_BYTES.matcher(Kubectl.run("get", "--raw", path).ok());
        assertThat(found.find()).as("the metric").isTrue();
        return Double.parseDouble(found.group(1));
    }

    private void awaitArrowBytes(String what, List<Pod> executors, DoublePredicate enough) {
        for (Pod executor : executors) {
            await(what + " of " + executor.getMetadata().getName())
                    .atMost(Cluster.SOON)
                    .ignoreExceptions() // the page begins some seconds after its executor
                    .until(() -> enough.test(arrowBytes(executor)));
        }
    }

    private static List<Pod> inTheMiddle(Job job) {
        List<Pod> executors = job.executors();
        for (Pod executor : executors) {
            await("a task of " + executor.getMetadata().getName() + " to hold on")
                    .atMost(Cluster.LONG)
                    .until(() -> job.log(executor, "python").contains("holds on"));
        }
        return executors;
    }

    @Test
    void functionsOfAllKindsGiveOnTwoExecutorsWhatSparksOwnNodesGive() {
        Job job = namespace.run("kinds", Scripts.STEERED + """
                from collections.abc import Iterator

                import pandas as pd
                from pyspark.sql import functions as F
                from pyspark.sql.functions import pandas_udf, udf

                @pandas_udf("long")
                def plus(s: pd.Series) -> pd.Series:
                    return s + 1

                @pandas_udf("string")
                def upper(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
                    for s in batches:
                        yield s.str.upper()

                @udf("array<long>")
                def twice(x):
                    return None if x % 7 == 0 else [x, x]

                @udf("string")
                def host(x):
                    time.sleep(0.0005)
                    return os.uname().nodename

                def frames(all):
                    for frame in all:
                        yield frame.assign(p=frame.p * 2)

                wait("both")
                assert spark.conf.get("spark.sql.execution.arrow.pyspark.enabled") == "true"
                source = spark.range(0, 8_000, 1, 8).selectExpr("id", "concat('name ', cast(id as string)) as s")
                where = {row[0] for row in source.select(host("id")).distinct().collect()}
                cached = source.cache()
                cached.count()
                made = {
                    "rows": lambda: source.select("*", plus("id").alias("p"), upper("s"), twice("id")),
                    "cached": lambda: cached.select("*", plus("id").alias("p"), upper("s"), twice("id")),
                    "shuffled": lambda: source.repartition(4, "s").select("*", upper("s"), twice(plus("id"))),
                    "mapped": lambda: cached.select("id", plus("id").alias("p")).mapInPandas(frames, "id long, p long"),
                }
                for name, make in made.items():
                    found = {}
                    for ours in ("true", "false"):
                        spark.conf.set("spark.pyjob.arrow.enabled", ours)
                        frame = make()
                        rows = sorted(map(repr, frame.collect()))
                        plan = frame._jdf.queryExecution().toString()
                        node = "PyJobMapInPandas" if name == "mapped" else "PyJobArrowEvalPython"
                        found[ours] = rows, node in plan
                    print(name, len(found["true"][0]), found["true"][0] == found["false"][0],
                          found["true"][1], found["false"][1], flush=True)
                table = spark.range(0, 100_000, 1, 4).toPandas()
                print(len(table), int(table.id.sum()), spark.createDataFrame(table).count())
                print(*sorted(where))
                """, "executors: {instances: 2}");
        job.awaitsExecutors(2).says("waits for both").go("both");
        assertThat(job.succeeds().lines())
                .endsWith(
                        "rows 8000 True True False",
                        "cached 8000 True True False",
                        "shuffled 8000 True True False",
                        "mapped 8000 True True False",
                        "100000 4999950000 100000",
                        "kinds-1-exec-1 kinds-1-exec-2");
    }

    @Test
    void tasksThatAreKilledInTheMiddleOfABatchLeaveNothing() {
        Job job = namespace.run("killed", HELD + """
                failed = []

                def work():
                    sc.setJobGroup("held", "to be killed", interruptOnCancel=True)
                    try:
                        hosts()
                    except Exception as error:
                        failed.append("cancelled" in str(error))

                wait("both")
                thread = InheritableThread(target=work)
                thread.start()
                wait("cancel")
                sc.cancelJobGroup("held")
                thread.join()
                print("failed", failed, flush=True)
                wait("look")
                frame = spark.range(0, 20_000, 1, 2).mapInPandas(lambda frames: frames, "id long")
                print("then", frame.selectExpr("sum(id)").first()[0], flush=True)
                wait("end")
                """, "executors: {instances: 2}");
        job.awaitsExecutors(2).says("waits for both").go("both");
        List<Pod> executors = inTheMiddle(job);
        awaitArrowBytes("memory of a batch", executors, bytes -> bytes > 0);
        job.go("cancel");
        job.says("failed [True]");
        awaitArrowBytes("no memory", executors, bytes -> bytes == 0);
        job.go("look");
        job.says("then 199990000");
        awaitArrowBytes("no memory", executors, bytes -> bytes == 0);
        job.go("end");
        job.succeeds();
        assertThat(job.status().executors().failed()).isZero();
    }

    @Test
    void tasksOfAnExecutorThatIsDeletedInTheMiddleOfABatchAreDoneByAnother() {
        Job job = namespace.run(
                "loses-batches",
                HELD + "wait(\"both\")\nprint(\"done by\", *hosts(), flush=True)\nwait(\"end\")\n",
                "executors: {instances: 2}");
        job.awaitsExecutors(2).says("waits for both").go("both");
        List<Pod> executors = inTheMiddle(job);
        Cluster.client().resource(executors.get(0)).withGracePeriod(0).delete();
        Pod stays = executors.get(1);
        namespace
                .kubectl("exec", stays.getMetadata().getName(), "-c", "python", "--", "touch", "/tmp/go")
                .ok();
        job.says("done by");
        awaitArrowBytes("no memory", List.of(stays), bytes -> bytes == 0);
        job.go("end");
        assertThat(job.succeeds()).contains("done by loses-batches-1-exec-2").doesNotContain("loses-batches-1-exec-1");
    }
}
