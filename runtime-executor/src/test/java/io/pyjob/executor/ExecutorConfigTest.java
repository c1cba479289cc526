package io.pyjob.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pyjob.executor.pod.CodeDelivery;
import io.pyjob.executor.pod.JobSecret;
import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExecutorConfigTest {
    private static final Map<String, String> FULL = Map.ofEntries(
            Map.entry("PYJOB_JOB", "default/flights"),
            Map.entry("PYJOB_DIR", "/pyjob"),
            Map.entry("PYJOB_HOME", "/opt/pyjob"),
            Map.entry("PYJOB_CODE", "/pyjob/code"),
            Map.entry("PYJOB_SECRETS", "/pyjob-secrets"),
            Map.entry("PYJOB_POD_IP", "10.0.0.7"),
            Map.entry("PYJOB_DRIVER_HOST", "10.1.0.1"),
            Map.entry("PYJOB_DRIVER_PORT", "7078"),
            Map.entry("PYJOB_EXECUTOR_ID", "3"),
            Map.entry("PYJOB_CORES", "2"),
            Map.entry("PYJOB_APP_ID", "flights-1"));

    @Test
    void everyVariableIsRead() {
        ExecutorConfig config = ExecutorConfig.from(FULL);

        assertThat(config)
                .isEqualTo(new ExecutorConfig(
                        "default/flights",
                        new PodDirectory(Path.of("/pyjob")),
                        new CodeDelivery(Path.of("/opt/pyjob/python"), Path.of("/pyjob/code")),
                        "10.0.0.7",
                        "10.1.0.1",
                        7078,
                        3,
                        2,
                        "flights-1",
                        new JobSecret(Path.of("/pyjob-secrets/spark-secret")),
                        OptionalInt.empty(),
                        Optional.empty()));
        assertThat(config.driverUrl()).isEqualTo("spark://CoarseGrainedScheduler@10.1.0.1:7078");
    }

    @Test
    void aPortForMetricsMayBeSet() {
        Map<String, String> variables = new HashMap<>(FULL);
        variables.put("PYJOB_METRICS_PORT", "7090");
        assertThat(ExecutorConfig.from(variables).metricsPort()).hasValue(7090);
        variables.put("PYJOB_METRICS_PORT", "0");
        assertThat(ExecutorConfig.from(variables).metricsPort()).isEmpty();
    }

    @Test
    void packagesMayTakeTheirTimeHereAndOnTheDriver() {
        Map<String, String> variables = new HashMap<>(FULL);
        assertThat(ExecutorConfig.from(variables).driverWait()).isEqualTo(Duration.ofMinutes(2));
        variables.put("PYJOB_PACKAGES_WAIT_S", "60");
        assertThat(ExecutorConfig.from(variables).packagesWait()).hasValue(Duration.ofMinutes(1));
        assertThat(ExecutorConfig.from(variables).driverWait()).isEqualTo(Duration.ofMinutes(3));
    }

    static Iterable<String> names() {
        return FULL.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachVariableIsNeeded(String name) {
        Map<String, String> variables = new HashMap<>(FULL);
        variables.remove(name);

        assertThatThrownBy(() -> ExecutorConfig.from(variables))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(name);
    }
}
