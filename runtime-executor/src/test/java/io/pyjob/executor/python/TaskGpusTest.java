package io.pyjob.executor.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.executor.GpuAddresses;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.resource.ResourceID;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceRequest;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

final class TaskGpusTest {
    @Test
    void addressesCountFromNought() {
        ResourceRequest request = new ResourceRequest(
                new ResourceID("spark.executor", "gpu"), 3, java.util.Optional.empty(), java.util.Optional.empty());
        ResourceInformation found = new GpuAddresses()
                .discoverResource(request, new SparkConf(false))
                .orElseThrow();
        assertThat(found.name()).isEqualTo("gpu");
        assertThat(found.addresses()).containsExactly("0", "1", "2");
    }

    @Test
    void aWorkerSeesTheGpusOfItsTask() {
        assertThat(TaskGpus.environment(
                        Map.of("A", "b"), task(Map.of("gpu", new ResourceInformation("gpu", new String[] {"1", "3"})))))
                .isEqualTo(Map.of("A", "b", "CUDA_VISIBLE_DEVICES", "1,3"));
    }

    @Test
    void withoutGpusNothingChanges() {
        Map<String, String> env = Map.of("A", "b");
        assertThat(TaskGpus.environment(env, null)).isSameAs(env);
        assertThat(TaskGpus.environment(env, task(Map.of()))).isSameAs(env);
    }

    @Test
    void whatTheScriptSaysStays() {
        Map<String, String> env = Map.of("CUDA_VISIBLE_DEVICES", "7");
        assertThat(TaskGpus.environment(env, task(Map.of("gpu", new ResourceInformation("gpu", new String[] {"1"})))))
                .isSameAs(env);
    }

    private static TaskContext task(Map<String, ResourceInformation> resources) {
        return new TaskContextImpl(
                0,
                0,
                0,
                0L,
                0,
                1,
                null,
                new Properties(),
                null,
                TaskMetrics.empty(),
                1,
                scala.collection.immutable.Map.from(CollectionConverters.asScala(resources)));
    }
}
