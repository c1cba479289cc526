package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One job from apply to delete, with the commands that a user types. The tests are steps of one story. */
@OnCluster
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KubectlE2E {
    private final TestNamespace namespace;
    private final Job report;

    KubectlE2E(TestNamespace namespace) {
        this.namespace = namespace;
        report = namespace.job("report");
    }

    @BeforeAll
    static void apply(TestNamespace namespace) {
        namespace.run("report", Scripts.WORKING, Scripts.ONE);
    }

    private String kubectl(String... arguments) {
        return namespace.kubectl(arguments).ok();
    }

    @Test
    @Order(1)
    void waitForRunning() {
        kubectl("wait", "--for=condition=Running", "--timeout=120s", "pyjob/report");
        kubectl("wait", "--for=condition=ExecutorsReady", "--timeout=120s", "pyjob/report");
    }

    @Test
    @Order(2)
    void getTellsTheStoryAtAGlance() {
        report.says("works");
        await("progress in the columns").atMost(Cluster.SOON).untilAsserted(() -> {
            List<String> lines = kubectl("get", "pj").lines().toList();
            assertThat(lines.get(0)).matches("NAME +PHASE +REASON +EXECUTORS +TASKS +DURATION +AGE");
            assertThat(lines.get(1)).matches("report +Running +1/1 +[1-9][0-9]*/[1-9][0-9]* +[0-9]+[sm].*");
        });
    }

    @Test
    @Order(3)
    void podsAreFoundByTheJobsName() {
        assertThat(kubectl("get", "pods", "-l", "pyjob.io/job=report", "-o", "name")
                        .lines())
                .containsExactlyInAnyOrder("pod/report-1-driver", "pod/report-1-exec-1");
    }

    @Test
    @Order(4)
    void logsFollowTheScript() {
        assertThat(kubectl("logs", "report-1-driver", "-c", "python")).isEqualTo("works\n");
    }

    @Test
    @Order(5)
    void scaleUpAndDown() {
        kubectl("scale", "pyjob/report", "--replicas=2");
        report.awaitsExecutors(2);
        assertThat(kubectl("get", "pyjob", "report", "-o", "jsonpath={.spec.executors.instances}"))
                .isEqualTo("2");
        kubectl("scale", "pyjob/report", "--replicas=1");
        report.awaitsExecutors(1);
    }

    @Test
    @Order(6)
    void applyAgainChangesNothing() {
        String uid = report.driver().getMetadata().getUid();
        namespace.run("report", Scripts.WORKING, Scripts.ONE);
        assertThat(report.driver().getMetadata().getUid()).isEqualTo(uid);
    }

    @Test
    @Order(7)
    void waitForComplete() {
        report.go("end");
        kubectl("wait", "--for=condition=Complete", "--timeout=120s", "pyjob/report");
        assertThat(kubectl("get", "pj", "report", "--no-headers"))
                .containsPattern("report +Succeeded .*1/1 +([0-9]+)/\\1 +[0-9]+[ms]");
        assertThat(kubectl("get", "pj", "report", "--no-headers", "-o", "wide")).containsPattern(" 0 +.*exit code 0");
        assertThat(kubectl("logs", "report-1-driver", "-c", "python")).containsPattern("did [1-9][0-9]* tasks");
    }

    @Test
    @Order(8)
    void describeTellsWhatHappened() {
        String told = kubectl("describe", "pyjob", "report");
        assertThat(told)
                .contains("Conditions:", "Type:", "Complete", "Exit Code:", "Completion Time:")
                .doesNotContainPattern("Events: +<none>");
        assertThat(report.events())
                .extracting(Event::getReason)
                .as(told)
                .contains("Created", "Started", "ExecutorsReady", "ScaledUp", "ScaledDown", "Succeeded");
        assertThat(report.events())
                .extracting(Event::getMessage)
                .as(told)
                .contains("created the driver's pod and executor 1", "from 1 to 2 executors")
                .anySatisfy(message -> assertThat(message).contains("exit code 0"));
        assertThat(report.events())
                .as("nothing to look at")
                .filteredOn(event -> !event.getType().equals("Normal"))
                .extracting(Event::getMessage)
                .isEmpty();
    }

    @Test
    @Order(9)
    void deleteLeavesNothing() {
        kubectl("delete", "pj", "report");
        await("all of the job to be gone")
                .atMost(Cluster.LONG)
                .untilAsserted(() -> assertThat(kubectl(
                                "get", "pods,services,secrets,configmaps", "-l", "pyjob.io/job=report", "-o", "name"))
                        .isEmpty());
    }
}
