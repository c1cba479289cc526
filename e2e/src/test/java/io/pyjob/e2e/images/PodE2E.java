package io.pyjob.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.operator.pods.PodContainers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A JVM's and a Python's container that share a volume and a network do a job together. */
@WithDocker
final class PodE2E {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String MANIFEST = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJob
            metadata: {name: pair, namespace: images}
            spec:
              driver: {memory: 1Gi, python: {memory: 1Gi}}
              executors: {instances: 1, memory: 1Gi, python: {memory: 1Gi}}
            """;

    @Test
    void aScriptUsesFunctionsInPythonOnTheExecutor() {
        try (JobInDocker job = JobInDocker.start(script("""
                import pandas as pd
                from pyspark.sql import SparkSession, functions as F

                spark = SparkSession.builder.getOrCreate()

                @F.pandas_udf("long")
                def plus(s: pd.Series) -> pd.Series:
                    return s + 1

                print("sum", spark.range(1000).agg(F.sum(plus("id"))).first()[0])
                print("count", spark.sparkContext.parallelize(range(10), 2).map(lambda x: (x % 2, 1)).countByKey()[1])
                """), Image.PYTHON)) {
            assertThat(job.exitCode()).as(job::logs).isZero();
            assertThat(job.driver().python().output()).contains("sum 500500\n", "count 5\n");
            assertEndsWell(job);
        }
    }

    @Test
    void whatSparkCanDoItDoesWithTheJarsThatWereKept() {
        try (JobInDocker job = JobInDocker.start(script("""
                from pyspark.ml.clustering import KMeans
                from pyspark.ml.linalg import Vectors
                from pyspark.ml.stat import Correlation
                from pyspark.sql import SparkSession, functions as F

                spark = (
                    SparkSession.builder.config("spark.sql.warehouse.dir", "/storage/warehouse")
                    .enableHiveSupport()
                    .getOrCreate()
                )
                rows = spark.range(200).withColumn("text", F.concat(F.lit("a "), F.col("id").cast("string")))

                for codec in ("snappy", "zstd", "lz4", "gzip"):
                    rows.write.option("compression", codec).parquet(f"/storage/parquet-{codec}")
                    assert spark.read.parquet(f"/storage/parquet-{codec}").count() == 200
                print("parquet")
                for codec in ("zlib", "zstd", "snappy"):
                    rows.write.option("compression", codec).orc(f"/storage/orc-{codec}")
                    assert spark.read.orc(f"/storage/orc-{codec}").agg(F.max("id")).first()[0] == 199
                print("orc")
                rows.write.json("/storage/json"), rows.write.csv("/storage/csv"), rows.write.xml("/storage/xml", rowTag="row")
                assert spark.read.json("/storage/json").count() == spark.read.csv("/storage/csv").count() == 200
                assert spark.read.option("rowTag", "row").xml("/storage/xml").count() == 200
                print("text formats")

                rows.write.saveAsTable("saved")
                spark.sql("CREATE TABLE hive (id BIGINT) STORED AS PARQUET")
                spark.sql("CREATE TABLE serde (id BIGINT, text STRING) ROW FORMAT DELIMITED FIELDS TERMINATED BY ','")
                spark.sql("INSERT INTO hive SELECT id FROM saved")
                spark.sql("INSERT INTO serde SELECT * FROM saved")
                assert spark.table("hive").count() == spark.table("serde").count() == 200
                print("hive")

                points = spark.createDataFrame([(Vectors.dense(float(i % 2), 1.0 * i),) for i in range(50)], ["features"])
                assert len(KMeans(k=2, seed=1).fit(points).clusterCenters()) == 2
                Correlation.corr(points, "features").collect()
                print("mllib")
                assert spark.sql("SELECT collate('A', 'UNICODE_CI') = 'a' COLLATE UNICODE_CI").first()[0]
                print("collations")

                spark.conf.set(
                    "spark.sql.streaming.stateStore.providerClass",
                    "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
                )
                counted = (
                    spark.readStream.schema("id long, text string").parquet("/storage/parquet-zstd").groupBy("text").count()
                )
                query = (
                    counted.writeStream.outputMode("complete").format("memory").queryName("counted")
                    .option("checkpointLocation", "/storage/checkpoint").trigger(availableNow=True).start()
                )
                query.awaitTermination()
                assert spark.table("counted").count() == 200
                print("streaming")
                """), Image.PYTHON)) {
            assertThat(job.exitCode()).as(job::logs).isZero();
            assertThat(job.driver().python().output())
                    .contains(
                            "parquet\n", "orc\n", "text formats\n", "hive\n", "mllib\n", "collations\n", "streaming\n");
        }
    }

    @Test
    void aPythonImageNeedsNoShellAndNoUserOfItsOwn() {
        try (JobInDocker job = JobInDocker.start(script("""
                import os
                from pyspark.sql import SparkSession, functions as F

                spark = SparkSession.builder.getOrCreate()
                print("driver has a shell:", os.path.exists("/bin/sh"))

                @F.pandas_udf("boolean")
                def has_shell(s):
                    import os
                    return s.map(lambda _: os.path.exists("/bin/sh"))

                print("executor has one:", spark.range(1).select(has_shell("id")).first()[0])
                """), Image.SHELL_LESS)) {
            assertThat(job.exitCode()).as(job::logs).isZero();
            assertThat(job.driver().python().output())
                    .contains("driver has a shell: False\n", "executor has one: False\n");
            assertEndsWell(job);
        }
    }

    @Test
    void theScriptsExitCodeAndMessageComeOutThoughTheRootIsReadOnly() {
        try (JobInDocker job = JobInDocker.start(script("""
                from pyspark.sql import SparkSession

                SparkSession.builder.getOrCreate().range(3).collect()
                try:
                    open("/opt/here", "w")
                except OSError as e:
                    raise SystemExit(f"nothing can be written there: {e.strerror}")
                """), Image.PYTHON)) {
            assertThat(job.exitCode()).as(job::logs).isEqualTo(1);
            assertThat(job.driver().terminationMessage(PodContainers.PYTHON))
                    .startsWith("nothing can be written there: Read-only file system");
            assertEndsWell(job);
        }
    }

    @Test
    void theJvmsTakeTheirClassesFromTheArchive() {
        try (JobInDocker job = JobInDocker.start(MANIFEST + """
                  script:
                    inline: |
                      from pyspark.sql import SparkSession
                      spark = SparkSession.builder.getOrCreate()
                      print(spark.sparkContext.parallelize(range(8), 2).map(lambda x: x + 1).sum())
                  conf:
                    spark.driver.extraJavaOptions: -Xlog:class+load:file=/pyjob/work/classes.log
                    spark.executor.extraJavaOptions: -Xlog:class+load:file=/pyjob/work/classes.log
                """, Image.PYTHON)) {
            assertThat(job.exitCode()).as(job::logs).isZero();
            assertThat(job.driver().jvm().exitCode(PATIENCE)).as(job::logs).isZero();
            assertThat(job.executor().jvm().exitCode(PATIENCE)).as(job::logs).isZero();
            assertThat(job.driver().classes().shareFromArchive())
                    .as("of the driver's classes")
                    .isGreaterThan(0.9);
            assertThat(job.executor().classes().shareFromArchive())
                    .as("of the executor's classes")
                    .isGreaterThan(0.9);
        }
    }

    @Test
    void pythonImportsTheByteCodeThatTheRuntimeImageBrings() {
        try (JobInDocker job = JobInDocker.start(script("""
                import sys
                from pyspark.sql import SparkSession

                # A job that ends sooner than its executor's containers are started has no network for them.
                sc = SparkSession.builder.getOrCreate().sparkContext
                assert sc.parallelize([1, 2], 1).map(lambda n: n + 1).collect() == [2, 3]
                loaded = [m for m in list(sys.modules.values()) if (getattr(m, "__file__", None) or "").startswith("/pyjob/code/")]
                # Python itself writes byte code with 0 there; 1 is a hash that is not checked.
                made_here = [m.__name__ for m in loaded if open(m.__cached__, "rb").read(8)[4] != 1]
                print("modules", len(loaded) > 100, "made here", made_here)
                """), Image.PYTHON)) {
            assertThat(job.exitCode()).as(job::logs).isZero();
            assertThat(job.driver().python().output()).contains("modules True made here []\n");
        }
    }

    /** The script's end ends the rest: JVMs by themselves, workers when they are told. */
    private static void assertEndsWell(JobInDocker job) {
        assertThat(job.driver().jvm().exitCode(PATIENCE)).as(job::logs).isZero();
        assertThat(job.executor().jvm().exitCode(PATIENCE)).as(job::logs).isZero();
        job.executor().python().terminate();
        assertThat(job.executor().python().exitCode(PATIENCE)).as(job::logs).isZero();
    }

    private static String script(String python) {
        return MANIFEST + "  script:\n    inline: |\n" + python.indent(6);
    }
}
