package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** PySpark works as ever though its JVM and its Python are apart; in boxes where this machine can make them. */
class FeaturesIT {

    @Test
    void everythingThatPySparkCanDoWorksInTheSplit() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("checks.py");
            pyjob.script("features.py");
            PyJob.Ended run = pyjob.runJob("features.py");
            Runs.assertAllOk(run, 29);
            assertThat(run.out()).contains("executors 2");
            if (!PyJob.isolation().isEmpty()) {
                assertThat(run.out()).contains("namespaces 3", "java False", "python beside the driver's JVM False");
            }
            Runs.assertNothingLeft(pyjob);
        }
    }

    /** Spark 4.2.0's own default for columnar input hangs here for ever. */
    @Test
    void plainFunctionStraightOnParquetDoesNotHang() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("parquet_udf.py");
            PyJob.Ended run = pyjob.runJob("--executors=1", "parquet_udf.py");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("sum 500500\n");
            Runs.assertNothingLeft(pyjob);
        }
    }

    @Test
    void workForJvmsAloneGivesNoWorkToPython() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("jvm_only.py");
            PyJob.Ended run = pyjob.runJob("--keep", "--executors=1", "jvm_only.py");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("sum 4999950000\n");
            assertThat(pyjob.keptLog("executor-1-python.log")).contains("given work: 0");
            assertThat(pyjob.marked()).isEmpty();
        }
    }

    /** The other side of the test above: the pool does count. */
    @Test
    void workForPythonIsGivenToAWorkerThatIsUsedAgain() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.write(
                    "many.py",
                    "from pyspark.sql import SparkSession",
                    "sc = SparkSession.builder.getOrCreate().sparkContext",
                    "print(sc.parallelize(range(40), 40).map(lambda x: x + 1).sum())");
            PyJob.Ended run = pyjob.runJob("--keep", "--executors=1", "many.py");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("820\n");
            assertThat(pyjob.keptLog("executor-1-python.log")).contains("given work: 1");
        }
    }
}
