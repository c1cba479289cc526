package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.PyJob;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A job that is there keeps what its pods were made from: an edit of that is refused, and the field is named. */
@OnCluster
final class EditE2E {
    private final TestNamespace namespace;

    EditE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void start(TestNamespace namespace) {
        namespace.run("edited", Scripts.WORKING, """
                args: [a]
                conf: {spark.x: a}
                executors: {instances: 1}
                """);
        namespace.run("bounded", Scripts.WORKING, "executors: {instances: 1, min: 1, max: 2}");
    }

    private String patch(String job, String spec) {
        return namespace
                .kubectl("patch", "pyjob", job, "--type=merge", "-p", "{\"spec\": " + spec + "}")
                .refused();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "edited  | {'script': {'inline': 'print(2)'}}             | spec.script",
                "edited  | {'script': {'inline': null, 'path': 'b.py'}}   | spec.script",
                "edited  | {'args': ['b']}                                | spec.args",
                "edited  | {'args': null}                                 | spec.args",
                "edited  | {'conf': {'spark.x': 'b'}}                     | spec.conf",
                "edited  | {'conf': {'spark.z': 'a'}}                     | spec.conf",
                "edited  | {'python': {'image': 'other:1'}}               | spec.python",
                "edited  | {'driver': {'memory': '2Gi'}}                  | spec.driver",
                "edited  | {'executors': {'cores': 2}}                    | spec.executors.cores",
                "edited  | {'executors': {'cpu': '1'}}                    | spec.executors.cpu",
                "edited  | {'executors': {'memory': '2Gi'}}               | spec.executors.memory",
                "edited  | {'executors': {'python': {'memory': '2Gi'}}}   | spec.executors.python",
                "edited  | {'executors': {'min': 1, 'max': 3}}            | spec.executors.m",
                "bounded | {'executors': {'max': 3}}                      | spec.executors.max",
            })
    void whatPodsWereMadeFromCannotChange(String job, String spec, String field) {
        assertThat(patch(job, spec.replace('\'', '"'))).contains(field, "cannot change", "delete the job");
    }

    @Test
    void theNumberOfExecutorsCanChange() {
        Job job = namespace.job("edited");
        namespace
                .kubectl(
                        "patch",
                        "pyjob",
                        "edited",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"executors\":{\"instances\":2}}}")
                .ok();
        job.awaitsExecutors(2);
        long generation = job.object().map(PyJob::getMetadata).orElseThrow().getGeneration();
        job.awaits("the edit seen", status -> status.observedGeneration() == generation);
        job.go("end");
        job.succeeds();
    }
}
