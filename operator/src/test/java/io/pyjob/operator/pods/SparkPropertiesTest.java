package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.DriverSpec;
import io.pyjob.api.ExecutorsSpec;
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

    private static SparkProperties of(Map<String, String> conf) {
        PyJob job = new PyJob();
        job.getMetadata().setName("flights");
        job.setSpec(new PyJobSpec(
                ScriptSource.ofPath("/app/main.py"),
                List.of(),
                PythonSpec.DEFAULT,
                DriverSpec.DEFAULT,
                ExecutorsSpec.DEFAULT,
                conf));
        return SparkProperties.of(job);
    }

    private static String text(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
