package io.pyjob.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequiredPackagesTest {
    private static final RequiredPackages HERE = new RequiredPackages(Set.of("numpy==2.0", "tiny==1.0"));

    @TempDir
    Path root = Path.of("");

    @BeforeEach
    void run() throws IOException {
        Files.createDirectory(root.resolve("run"));
    }

    @Test
    void theyAreThereWhenTheFileIs() throws Exception {
        PodDirectory pod = new PodDirectory(root);
        CompletableFuture<RequiredPackages> found =
                CompletableFuture.supplyAsync(() -> RequiredPackages.await(pod, Duration.ofMinutes(1)));
        Files.writeString(root.resolve("part"), "numpy==2.0\ntiny==1.0\n");
        Files.move(root.resolve("part"), pod.packagesFile());

        assertThat(found.get(1, TimeUnit.MINUTES)).isEqualTo(HERE);
    }

    @Test
    void whyTheyWillNotComeIsInThePythonContainersWords() throws IOException {
        PodDirectory pod = new PodDirectory(root);
        Files.writeString(pod.noPackagesFile(), "there is no tiny==9\nmore of it\n");

        assertThatThrownBy(() -> RequiredPackages.await(pod, Duration.ofMinutes(1)))
                .isInstanceOf(StartFailure.class)
                .hasMessage("there is no tiny==9\nmore of it");
    }

    @Test
    void theirTimeIsBounded() {
        assertThatThrownBy(() -> RequiredPackages.await(new PodDirectory(root), Duration.ZERO))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("were not there within 0 s");
    }

    @Test
    void thoseOfTheDriverAreTheSame() {
        assertThatCode(() -> HERE.compare("numpy==2.0,tiny==1.0")).doesNotThrowAnyException();
        assertThatCode(() -> HERE.compare("")).doesNotThrowAnyException();
    }

    @Test
    void whatDiffersIsNamed() {
        assertThatThrownBy(() -> HERE.compare("numpy==2.1,tiny==1.0"))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith(
                        "this executor has other Python packages than the driver: numpy==2.0 here, numpy==2.1 there.");
        assertThatThrownBy(() -> HERE.compare("tiny==1.0")).hasMessageContaining("numpy==2.0 here, none of them there");
    }
}
