package io.pyjob.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pyjob.api.LogPlace;
import io.pyjob.operator.OperatorConfig.Reports;
import io.pyjob.operator.OperatorConfig.Self;
import io.pyjob.operator.leader.LeaseSettings;
import io.pyjob.operator.logs.LogSettings;
import io.pyjob.operator.pods.PodSettings;
import io.pyjob.operator.pods.UiSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OperatorConfigTest {
    private static final Map<String, String> REQUIRED = Map.of(
            "PYJOB_RUNTIME_IMAGE", "localhost/pyjob-runtime:dev",
            "PYJOB_PYTHON_IMAGE", "localhost:5000/pyjob-python@sha256:ab",
            "PYJOB_NAMESPACE", "pyjob",
            "PYJOB_POD_NAME", "pyjob-operator-5c7d-x",
            "PYJOB_POD_IP", "10.244.0.7",
            "PYJOB_REPORT_URL", "http://pyjob-report.pyjob.svc:7070/report");

    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> env = new HashMap<>(REQUIRED);
        env.putAll(more);
        return env;
    }

    private static List<String> faults(Map<String, String> env) {
        return catchThrowableOfType(InvalidConfig.class, () -> OperatorConfig.from(env))
                .faults();
    }

    @Test
    void whatIsNotSetHasItsDefault() throws InvalidConfig {
        assertThat(OperatorConfig.from(REQUIRED))
                .isEqualTo(new OperatorConfig(
                        PodSettings.of(
                                "localhost/pyjob-runtime:dev",
                                "localhost:5000/pyjob-python@sha256:ab",
                                "http://pyjob-report.pyjob.svc:7070/report"),
                        Set.of(),
                        new Self("pyjob", "pyjob-operator-5c7d-x", "10.244.0.7"),
                        new Reports("/report", 7070, "pyjob-report"),
                        8080,
                        Optional.of(new LeaseSettings(
                                "pyjob-operator",
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(2))),
                        10,
                        Duration.ofHours(1),
                        new LogSettings(LogSettings.Format.JSON, LogSettings.Level.INFO)));
    }

    @Test
    void everyVariableIsRead() throws InvalidConfig {
        Map<String, String> env = Map.ofEntries(
                Map.entry("PYJOB_RUNTIME_IMAGE", "r:1"),
                Map.entry("PYJOB_PYTHON_IMAGE", "p:1"),
                Map.entry("PYJOB_IMAGE_PULL_POLICY", "Always"),
                Map.entry("PYJOB_IMAGE_PULL_SECRETS", "one, two"),
                Map.entry("PYJOB_WATCH_NAMESPACES", "team-a,team-b"),
                Map.entry("PYJOB_NAMESPACE", "ops"),
                Map.entry("PYJOB_POD_NAME", "me"),
                Map.entry("PYJOB_POD_IP", "fd00::7"),
                Map.entry("PYJOB_REPORT_URL", "https://gate.example/pyjob/in"),
                Map.entry("PYJOB_REPORT_PORT", "7001"),
                Map.entry("PYJOB_REPORT_SERVICE", "reports"),
                Map.entry("PYJOB_MANAGEMENT_PORT", "7002"),
                Map.entry("PYJOB_LEADER_ELECTION", "false"),
                Map.entry("PYJOB_LEASE_NAME", "lead"),
                Map.entry("PYJOB_LEASE_DURATION_S", "30"),
                Map.entry("PYJOB_RENEW_DEADLINE_S", "20"),
                Map.entry("PYJOB_RETRY_PERIOD_S", "4"),
                Map.entry("PYJOB_RECONCILE_THREADS", "3"),
                Map.entry("PYJOB_UNSCHEDULABLE_TIMEOUT_S", "60"),
                Map.entry("PYJOB_NETWORK_POLICIES", "true"),
                Map.entry("PYJOB_EXECUTOR_METRICS_PORT", "7090"),
                Map.entry("PYJOB_SPARK_UI", "true"),
                Map.entry("PYJOB_UI_PROXY_NAMESPACE", "system"),
                Map.entry("PYJOB_EVENT_LOG_CLAIM", "events"),
                Map.entry("PYJOB_EVENT_LOG_PATH", "a/b"),
                Map.entry("PYJOB_EVENT_LOG_DIRECTORY", ""),
                Map.entry("PYJOB_LOGS_CLAIM", ""),
                Map.entry("PYJOB_LOGS_PATH", ""),
                Map.entry("PYJOB_LOGS_DIRECTORY", "s3a://b/logs"),
                // These three are for the UI's own process, see UiConfigTest.
                Map.entry("PYJOB_UI_PORT", "8090"),
                Map.entry("PYJOB_HISTORY_URL", ""),
                Map.entry("PYJOB_HISTORY_NAMESPACES", ""),
                Map.entry("PYJOB_LOG_FORMAT", "text"),
                Map.entry("PYJOB_LOG_LEVEL", "DEBUG"));
        assertThat(env.keySet()).hasSameSizeAs(Variable.values());
        assertThat(OperatorConfig.from(env))
                .isEqualTo(new OperatorConfig(
                        new PodSettings(
                                "r:1",
                                "p:1",
                                "https://gate.example/pyjob/in",
                                "Always",
                                List.of("one", "two"),
                                true,
                                7090,
                                new UiSettings(
                                        Optional.of(LogPlace.inClaim("events", "a/b")),
                                        Optional.of(LogPlace.at("s3a://b/logs")),
                                        true,
                                        "system")),
                        Set.of("team-a", "team-b"),
                        new Self("ops", "me", "fd00::7"),
                        new Reports("/pyjob/in", 7001, "reports"),
                        7002,
                        Optional.empty(),
                        3,
                        Duration.ofMinutes(1),
                        new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.DEBUG)));
    }

    @Test
    void theLeaseIsRead() throws InvalidConfig {
        assertThat(OperatorConfig.from(with(Map.of(
                                "PYJOB_LEASE_NAME", "lead",
                                "PYJOB_LEASE_DURATION_S", "30",
                                "PYJOB_RENEW_DEADLINE_S", "20",
                                "PYJOB_RETRY_PERIOD_S", "4")))
                        .lease())
                .contains(new LeaseSettings(
                        "lead", Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(4)));
    }

    @Test
    void anEmptyVariableCountsAsNone() throws InvalidConfig {
        Map<String, String> empty = new HashMap<>();
        for (Variable variable : Variable.values()) {
            if (!variable.isRequired()) {
                empty.put(variable.name(), " ");
            }
        }
        assertThat(OperatorConfig.from(with(empty))).isEqualTo(OperatorConfig.from(REQUIRED));
    }

    @Test
    void allFaultsAreToldAtOnce() {
        assertThat(faults(Map.of("PYJOB_REPORT_PORT", "x")))
                .containsExactly(
                        "PYJOB_REPORT_URL is not set; it must be a URL such as"
                                + " http://pyjob-report.NAMESPACE.svc:7070/report, without a slash at its end",
                        "PYJOB_RUNTIME_IMAGE is not set; it must be the name of a container image",
                        "PYJOB_PYTHON_IMAGE is not set; it must be the name of a container image",
                        "PYJOB_NAMESPACE is not set; it must be a name as Kubernetes has them",
                        "PYJOB_POD_NAME is not set; it must be a name as Kubernetes has them",
                        "PYJOB_POD_IP is not set; it must be an IP address",
                        "PYJOB_REPORT_PORT is \"x\"; it must be a whole number from 1 to 65535");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PYJOB_RUNTIME_IMAGE | two words | must be the name of a container image",
                "PYJOB_IMAGE_PULL_POLICY | Sometimes | must be one of Always, IfNotPresent, Never",
                "PYJOB_IMAGE_PULL_SECRETS | a,B | must be names as Kubernetes has them, with commas between",
                "PYJOB_WATCH_NAMESPACES | a b | must be names",
                "PYJOB_POD_IP | localhost | must be an IP address",
                "PYJOB_REPORT_URL | pyjob-report:7070/report | must be a URL such as",
                "PYJOB_REPORT_URL | ftp://x/report | must be a URL such as",
                "PYJOB_REPORT_URL | http://x:7070/report/ | without a slash at its end",
                "PYJOB_REPORT_URL | http://x:7070/report?a=b | must be a URL such as",
                "PYJOB_REPORT_PORT | 0 | must be a whole number from 1 to 65535",
                "PYJOB_REPORT_PORT | 65536 | must be a whole number from 1 to 65535",
                "PYJOB_REPORT_PORT | tcp://10.0.0.1:7070 | set enableServiceLinks: false in the operator's pod",
                "PYJOB_MANAGEMENT_PORT | 7070 | must be a port other than that of PYJOB_REPORT_PORT",
                "PYJOB_LEADER_ELECTION | yes | must be one of true, false",
                "PYJOB_LEASE_DURATION_S | 10 | must be more than PYJOB_RENEW_DEADLINE_S",
                "PYJOB_RENEW_DEADLINE_S | 4 | must be more than 2.2 times PYJOB_RETRY_PERIOD_S",
                "PYJOB_RETRY_PERIOD_S | 5 | must be more than 2.2 times PYJOB_RETRY_PERIOD_S",
                "PYJOB_RECONCILE_THREADS | 0 | must be a whole number from 1 to 200",
                "PYJOB_RECONCILE_THREADS | 1.5 | must be a whole number",
                "PYJOB_UNSCHEDULABLE_TIMEOUT_S | 1h | must be a whole number",
                "PYJOB_NETWORK_POLICIES | 1 | must be one of true, false",
                "PYJOB_EXECUTOR_METRICS_PORT | 70000 | must be a whole number from 0 to 65535",
                "PYJOB_SPARK_UI | on | must be one of true, false",
                "PYJOB_EVENT_LOG_CLAIM | Events | must be a name",
                "PYJOB_EVENT_LOG_PATH | ../x | must be a relative path",
                "PYJOB_EVENT_LOG_DIRECTORY | /events | must be an address",
                "PYJOB_LOGS_CLAIM | Logs | must be a name",
                "PYJOB_LOG_FORMAT | xml | must be one of json, text",
                "PYJOB_LOG_LEVEL | LOUD | must be one of ERROR, WARN, INFO, DEBUG, TRACE"
            })
    void aFaultNamesVariableValueAndWhatIsExpected(String variable, String value, String expected) {
        assertThat(faults(with(Map.of(variable, value))))
                .singleElement()
                .asString()
                .contains(expected);
    }
}
