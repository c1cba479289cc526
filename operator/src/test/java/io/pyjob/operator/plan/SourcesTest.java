package io.pyjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.FailureCause;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a script that cannot be had, of what it lacks, and of jars that do not go together. */
final class SourcesTest {
    private static final String CONFLICT = "gson-1.0.jar is gson 1.0, and Spark has 2.11";

    private final SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));

    private static Condition condition(PyJobStatus status) {
        return status.conditions().stream()
                .filter(c -> c.getType().equals("DependencyConflicts"))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> events(Plan plan) {
        return plan.events().stream()
                .filter(JobEvent::isWarning)
                .map(event -> event.reason() + ": " + event.message())
                .toList();
    }

    @Test
    void conflictsAreAConditionAndOneEvent() {
        assertThat(condition(cluster.step().status()).getStatus()).isEqualTo("False");
        cluster.reportConflicts(CONFLICT, "x is there twice");

        Plan first = cluster.step();
        Plan second = cluster.step();

        assertThat(condition(first.status()))
                .extracting(Condition::getStatus, Condition::getReason, Condition::getMessage)
                .containsExactly("True", "VersionConflict", CONFLICT + "\nx is there twice");
        assertThat(events(first)).containsExactly("DependencyConflicts: " + CONFLICT + "\nx is there twice");
        assertThat(condition(second.status())).isEqualTo(condition(first.status()));
        assertThat(events(second)).isEmpty();
    }

    @Test
    void conflictsStayKnownWhenTheDriverIsSilentAndWhenTheJobHasEnded() {
        cluster.reportConflicts(CONFLICT);
        cluster.step();
        cluster.report = Optional.empty();
        assertThat(condition(cluster.step().status()).getMessage()).isEqualTo(CONFLICT);
        cluster.endScript(0, "");

        Plan ended = cluster.step();

        assertThat(ended.status().phase()).isEqualTo(Phase.Succeeded);
        assertThat(condition(ended.status()).getMessage()).isEqualTo(CONFLICT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "78 | spec.jvm.packages: a:b:1 is in none of the repositories | JavaPackagesFailed",
                "78 | spec.jvm.jars: there is no file x | JavaPackagesFailed",
                "78 | spec.python.requirements cannot be installed: x | PythonPackagesFailed",
                "78 | spec.python.modulesFrom: the ConfigMap lib has no key x | PythonPackagesFailed",
                "78 | the script exited with code 78 | ScriptFailed",
                "1 | spec.jvm.packages: what a script gave to sys.exit | ScriptFailed",
                "2 | cannot download the script from s3a://b/x.py: 403 | ScriptUnavailable",
                "2 | spec.script.sha256: x is not the script that was meant | ScriptUnavailable",
                "2 | the script exited with code 2 | ScriptFailed",
            })
    void whatKeepsAScriptFromItsFirstLineHasAReasonOfItsOwn(int code, String message, String reason) {
        cluster.endScript(code, message);

        PyJobStatus status = cluster.step().status();

        assertThat(status.reason()).isEqualTo(reason);
        assertThat(status.message()).isEqualTo(message);
        assertThat(status.exitCode()).isEqualTo(code);
        assertThat(status.attempts().get(0).cause()).isEqualTo(FailureCause.Script);
    }
}
