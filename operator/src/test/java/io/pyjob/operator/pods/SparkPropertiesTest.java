package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.DriverSpec;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.GpuSpec;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import io.pyjob.api.ScriptSource;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SparkPropertiesTest {

    @Test
    void javaReadsBackWhatWasWritten() throws IOException {
        String alphabet = "ab =:#!\\\t\n\r\f\"'$(){}ä€\u0001 ";
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            TreeMap<String, String> values = new TreeMap<>();
            for (int entry = 0; entry < 5; entry++) {
                values.put("k" + text(random, alphabet), text(random, alphabet));
                values.put(text(random, alphabet) + "k", text(random, alphabet));
            }
            Properties read = new Properties();
            read.load(new StringReader(new SparkProperties(values).text()));
            assertThat(read).isEqualTo(values);
        }
    }

    @Test
    void theTextIsOfPlainCharactersSoThatNoReaderNeedsToKnowItsEncoding() {
        String text = of(Map.of("spark.app.note", "Grüße €")).text();
        assertThat(text).isASCII().contains("Gr\\u00fc\\u00dfe \\u20ac");
    }

    @Test
    void theUsersSettingsWin() {
        assertThat(of(Map.of("spark.ui.enabled", "true")).values()).containsEntry("spark.ui.enabled", "true");
    }

    @Test
    void theDriversPortsAreTheUsersIfHeHasNamedSome() {
        assertThat(of(Map.of()).driverPort()).isEqualTo(7078);
        assertThat(of(Map.of()).blockManagerPort()).isEqualTo(7079);
        assertThat(of(Map.of("spark.driver.port", "9000")).driverPort()).isEqualTo(9000);
        assertThat(of(Map.of("spark.driver.port", "99999")).driverPort()).isEqualTo(7078);
        assertThat(of(Map.of("spark.driver.port", "none")).driverPort()).isEqualTo(7078);
    }

    @Test
    void theTwoPortsOfTheServiceAreNeverTheSameByDefault() {
        assertThat(of(Map.of("spark.driver.port", "7079")).blockManagerPort()).isEqualTo(7080);
    }

    @Test
    void executorsGetWhatTheyNeedBeforeTheyReachTheDriverAndNoSecrets() {
        List<String> options = of(Map.of(
                        "spark.network.timeout", "60s",
                        "spark.ssl.keyPassword", "secret",
                        "spark.authenticate.secret", "secret",
                        "spark.sql.shuffle.partitions", "8"))
                .executorOptions();
        assertThat(options)
                .contains(
                        "-Dspark.authenticate=true",
                        "-Dspark.network.crypto.enabled=true",
                        "-Dspark.network.timeout=60s",
                        "-Dspark.port.maxRetries=0")
                .noneMatch(option -> option.contains("secret") || option.contains("shuffle"));
    }

    @ParameterizedTest
    @CsvSource({
        "8, 2, 1, '', 2, 1",
        "8, 2, 3, '', 6, 0.33333333",
        "4, 4, 4, '', 4, 0.25",
        "8, 4, 1, 2, 2, 2",
        "1, 2, 1, '', 1, 1"
    })
    void gpusBoundTheTasksAtOnce(int cores, int gpus, int tasksPerGpu, String ofTask, int slots, String amount) {
        PyJob job = job(ofTask.isEmpty() ? Map.of() : Map.of("spark.task.resource.gpu.amount", ofTask));
        ExecutorsSpec d = ExecutorsSpec.DEFAULT;
        PyJobSpec spec = job.getSpec();
        job.setSpec(new PyJobSpec(
                spec.script(),
                spec.args(),
                spec.python(),
                spec.driver(),
                new ExecutorsSpec(
                        1,
                        null,
                        null,
                        cores,
                        null,
                        d.memory(),
                        d.python(),
                        new GpuSpec("nvidia.com/gpu", gpus, tasksPerGpu),
                        null),
                spec.conf()));
        SparkProperties properties = SparkProperties.of(job);
        assertThat(properties.taskSlots()).isEqualTo(slots);
        assertThat(properties.values())
                .containsEntry("spark.executor.resource.gpu.amount", Integer.toString(gpus))
                .containsEntry("spark.task.resource.gpu.amount", amount)
                .containsEntry("spark.resources.discoveryPlugin", "io.pyjob.executor.GpuAddresses");
    }

    private static SparkProperties of(Map<String, String> conf) {
        return SparkProperties.of(job(conf));
    }

    private static PyJob job(Map<String, String> conf) {
        PyJob job = new PyJob();
        job.getMetadata().setName("flights");
        job.setSpec(new PyJobSpec(
                ScriptSource.ofPath("/app/main.py"),
                List.of(),
                PythonSpec.DEFAULT,
                DriverSpec.DEFAULT,
                ExecutorsSpec.DEFAULT,
                conf));
        return job;
    }

    private static String text(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
