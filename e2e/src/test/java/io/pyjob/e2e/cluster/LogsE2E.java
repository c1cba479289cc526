package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.ExecutorFailure;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is left of an executor that was lost: its pod with its logs, and the reason in the status. */
@OnCluster
final class LogsE2E {
    private static NodeAgent node;

    private final TestNamespace namespace;

    LogsE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void startAgent() {
        node = NodeAgent.start();
    }

    @AfterAll
    static void stopAgent() {
        node.close();
    }

    private String logOfTheFirst() {
        return namespace.kubectl("logs", "loses-1-exec-1", "-c", "python").ok();
    }

    @Test
    void anExecutorsLogsStayWhenItWasReplacedAndTheStatusSaysWhy() {
        Job job = namespace.run("loses", Scripts.TALKS, Scripts.ONE).says("waits for end");
        node.kill(job.executors().get(0), "jvm");
        List<ExecutorFailure> failures = job.awaits(
                        "the failure in the status",
                        s -> !s.executors().failures().isEmpty())
                .executors()
                .failures();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).attempt()).isEqualTo(1);
        assertThat(failures.get(0).id()).isEqualTo(1);
        assertThat(failures.get(0).message()).contains("executor 1 ended with exit code 137");
        job.awaits("a second executor", s -> s.executors().lastId() == 2);
        assertThat(logOfTheFirst()).contains("words of executor 1");
        job.go("end");
        job.succeeds();
        assertThat(logOfTheFirst()).contains("words of executor 1");
        assertThat(job.status().executors().failures()).isEqualTo(failures);
    }
}
