package io.pyjob.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pyjob.driver.DriverConfig.ReportTarget;
import io.pyjob.driver.script.Sources;
import io.pyjob.executor.pod.CodeDelivery;
import io.pyjob.executor.pod.HadoopConf;
import io.pyjob.executor.pod.JobSecret;
import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.StartFailure;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriverConfigTest {
    static final Map<String, String> LEAST = Map.of(
            "PYJOB_JOB", "default/flights",
            "PYJOB_DIR", "/pyjob",
            "PYJOB_HOME", "/opt/pyjob",
            "PYJOB_CODE", "/pyjob/code",
            "PYJOB_CONF", "/pyjob-conf",
            "PYJOB_SECRETS", "/pyjob-secrets",
            "PYJOB_POD_IP", "10.0.0.7",
            "PYJOB_DRIVER_HOST", "10.1.0.1",
            "PYJOB_DRIVER_PORT", "7078",
            "PYJOB_APP_ID", "flights-2");

    @Test
    void everyVariableIsRead() {
        Map<String, String> variables = new HashMap<>(LEAST);
        variables.put("PYJOB_ATTEMPT", "2");
        variables.put("PYJOB_REPORT_URL", "http://operator/report");
        variables.put("PYJOB_SCRIPT_URL", "s3a://bucket/main.py");
        variables.put("PYJOB_JAVA_PACKAGES", "1");
        variables.put("PYJOB_IVY_SETTINGS", "/pyjob-ivy/ivysettings.xml");
        variables.put("HADOOP_CONF_DIR", "/");

        assertThat(DriverConfig.from(variables))
                .isEqualTo(new DriverConfig(
                        "default/flights",
                        2,
                        new PodDirectory(Path.of("/pyjob")),
                        new CodeDelivery(Path.of("/opt/pyjob/python"), Path.of("/pyjob/code")),
                        Path.of("/pyjob-conf/spark.properties"),
                        "10.0.0.7",
                        "10.1.0.1",
                        7078,
                        "flights-2",
                        new JobSecret(Path.of("/pyjob-secrets/spark-secret")),
                        new Sources(
                                Optional.of("s3a://bucket/main.py"), true, new HadoopConf(Optional.of(Path.of("/")))),
                        Optional.of(Path.of("/pyjob-ivy/ivysettings.xml")),
                        Optional.of(new ReportTarget(
                                URI.create("http://operator/report"),
                                new JobSecret(Path.of("/pyjob-secrets/report-token"))))));
    }

    @Test
    void withoutAUrlNothingIsReported() {
        assertThat(DriverConfig.from(LEAST).reports()).isEmpty();
        assertThat(DriverConfig.from(LEAST).attempt()).isEqualTo(1);
        assertThat(DriverConfig.from(LEAST).sources())
                .isEqualTo(new Sources(Optional.empty(), false, new HadoopConf(Optional.empty())));
    }

    @Test
    void aFolderOfHadoopsConfigurationHasToBeThere() {
        Map<String, String> variables = new HashMap<>(LEAST);
        variables.put("HADOOP_CONF_DIR", "/nowhere");

        assertThatThrownBy(() -> DriverConfig.from(variables))
                .isInstanceOf(StartFailure.class)
                .hasMessage("HADOOP_CONF_DIR is /nowhere, and there is no such folder");
    }

    static Iterable<String> names() {
        return LEAST.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachOtherVariableIsNeeded(String name) {
        Map<String, String> variables = new HashMap<>(LEAST);
        variables.remove(name);

        assertThatThrownBy(() -> DriverConfig.from(variables))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator/report", "ftp://operator", "http://[", "file:/etc/passwd"})
    void aUrlIsAnHttpAddress(String url) {
        Map<String, String> variables = new HashMap<>(LEAST);
        variables.put("PYJOB_REPORT_URL", url);

        assertThatThrownBy(() -> DriverConfig.from(variables))
                .isInstanceOf(StartFailure.class)
                .hasMessage("the environment variable PYJOB_REPORT_URL is `" + url + "`, not an http(s) address");
    }
}
