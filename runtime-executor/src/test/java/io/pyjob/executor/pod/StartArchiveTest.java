package io.pyjob.executor.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StartArchiveTest {
    private static final String MAPPED = "800000000-800b7f000 rw-p 00001000 fe:01 1053 /opt/pyjob/cds/spark.jsa";
    private static final String OTHER = "7f1e00000000-7f1e00021000 rw-p 00000000 00:00 0";

    @Test
    void anArchiveThatIsMappedIsInUse() {
        assertThat(complaint("/opt/pyjob/cds/spark.jsa", OTHER, MAPPED)).isEmpty();
    }

    @Test
    void aJvmWithoutOneHasNothingToSay() {
        assertThat(complaint(null, OTHER)).isEmpty();
    }

    @Test
    void anArchiveThatIsNotMappedIsNamed() {
        assertThat(complaint("/opt/pyjob/cds/spark.jsa", OTHER))
                .hasValueSatisfying(said -> assertThat(said)
                        .startsWith(
                                "the start-up archive /opt/pyjob/cds/spark.jsa is not in use, so this JVM (17.0.1)"));
        assertThat(complaint("/cds/spark.jsa", OTHER, MAPPED)).isPresent(); // that is another one
    }

    private static Optional<String> complaint(@Nullable String archive, String... maps) {
        return StartArchive.complaint(archive, Stream.of(maps), "17.0.1");
    }
}
