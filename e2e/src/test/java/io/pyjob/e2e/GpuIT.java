package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** GPUs reach tasks: as Spark's resources, and as what their worker sees. One machine has them only by number. */
class GpuIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    @Test
    void eachTaskIsToldWhichGpuIsItsOwn() {
        pyjob.write("gpus.py", """
                import os
                import time

                from pyspark import TaskContext
                from pyspark.sql import SparkSession
                from pyspark.sql.functions import udf

                spark = SparkSession.builder.getOrCreate()
                sc = spark.sparkContext

                def gpus(_):
                    time.sleep(0.3)  # so that tasks of both GPUs run at the same time
                    told = TaskContext.get().resources()["gpu"].addresses
                    seen = os.environ["CUDA_VISIBLE_DEVICES"]
                    return ",".join(told) == seen, seen

                # More than one round: a worker that served one GPU is not used for the other.
                found = sc.parallelize(range(8), 8).map(gpus).collect()
                print("rdd", all(same for same, _ in found), sorted({seen for _, seen in found}))

                @udf("string")
                def seen(_):
                    return os.environ["CUDA_VISIBLE_DEVICES"]

                rows = spark.range(8).repartition(4).select(seen("id").alias("gpu")).distinct().collect()
                print("udf", {row.gpu for row in rows} <= {"0", "1"})
                print("driver", os.environ.get("CUDA_VISIBLE_DEVICES"))
                print("task", sc.getConf().get("spark.task.resource.gpu.amount"))
                """);
        pyjob.write("job.yaml", """
                apiVersion: pyjob.io/v1alpha1
                kind: PyJob
                metadata: {name: gpus}
                spec:
                  script: {path: gpus.py}
                  executors: {instances: 1, cores: 2, gpu: {resource: example.com/gpu, count: 2}}
                  pods: {nodeSelector: {pool: batch}}
                """);
        PyJob.Ended run = pyjob.run("run", "job.yaml");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).contains("rdd True ['0', '1']\n", "udf True\n", "driver None\n", "task 1\n");
        assertThat(run.err()).contains("spec.pods: that is for a cluster, this run has no pods");
    }
}
