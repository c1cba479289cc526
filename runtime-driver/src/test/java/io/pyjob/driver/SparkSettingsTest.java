package io.pyjob.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pyjob.executor.pod.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSettingsTest {
    @TempDir
    Path temp;

    private final Properties file = new Properties();

    private SparkSettings settings() {
        return SparkSettings.of(DriverConfig.from(DriverConfigTest.LEAST), file, "s3cret");
    }

    @Test
    void aJobWithoutSettingsGetsOurDefaults() {
        assertThat(settings().values())
                .containsAllEntriesOf(SparkSettings.DEFAULTS)
                .containsEntry("spark.app.name", "default/flights")
                .containsEntry("spark.sql.execution.arrow.pythonUDF.columnarInput.enabled", "false")
                .containsEntry("spark.python.unix.domain.socket.enabled", "true")
                .containsEntry("spark.shuffle.readHostLocalDisk", "false")
                .containsEntry("spark.authenticate", "true")
                .containsEntry("spark.network.crypto.enabled", "true")
                .containsEntry("spark.io.encryption.enabled", "true");
    }

    @Test
    void theJobsFileWinsOverDefaults() {
        file.setProperty("spark.io.encryption.enabled", "false");
        file.setProperty("spark.app.name", "mine");
        file.setProperty("spark.executor.instances", "4");

        SparkSettings settings = settings();

        assertThat(settings.values())
                .containsEntry("spark.io.encryption.enabled", "false")
                .containsEntry("spark.app.name", "mine");
        assertThat(settings.initialExecutors()).isEqualTo(4);
    }

    @Test
    void whereTheDriverIsIsThePodsToSay() {
        file.setProperty("spark.master", "local[*]");
        file.setProperty("spark.driver.host", "example.org");
        file.setProperty("spark.driver.port", "1");
        file.setProperty("spark.authenticate.secret", "guess");

        assertThat(settings().values())
                .containsEntry("spark.master", "pyjob://default/flights")
                .containsEntry("spark.app.id", "flights-2")
                .containsEntry("spark.driver.host", "10.1.0.1")
                .containsEntry("spark.driver.bindAddress", "10.0.0.7")
                .containsEntry("spark.driver.port", "7078")
                .containsEntry("spark.authenticate.secret", "s3cret");
    }

    @Test
    void onlySparksKeysAreTaken() {
        file.setProperty("java.io.tmpdir", "/elsewhere");

        assertThat(settings().values()).doesNotContainKey("java.io.tmpdir");
    }

    @Test
    void aNumberOfExecutorsThatIsNoneIsSparksToRefuse() {
        file.setProperty("spark.executor.instances", "many");

        assertThat(settings().initialExecutors()).isZero();
    }

    @Test
    void theFileMayBeMissing() {
        assertThat(SparkSettings.read(temp.resolve("none"))).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path broken = Files.writeString(temp.resolve("broken"), "spark.a=\\u12");

        assertThatThrownBy(() -> SparkSettings.read(broken))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("the job's Spark settings in " + broken + " cannot be read: ");
    }
}
