package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JvmCommandTest {
    @ParameterizedTest
    @CsvSource({"466Mi, true", "1Gi, true", "1791Mi, true", "1792Mi, false", "8Gi, false"})
    void smallHeapsAreCollectedByOneThread(String memory, boolean serial) {
        assertThat(command(memory, "-Duser.timezone=UTC").contains("-XX:+UseSerialGC"))
                .isEqualTo(serial);
    }

    @ParameterizedTest
    @CsvSource({"-XX:+UseG1GC", "-Da=b -XX:+UseParallelGC", "-XX:+UseZGC -Da=b"})
    void aJvmTakesNoTwoCollectors(String options) {
        assertThat(command("1Gi", options)).noneMatch(part -> part.endsWith("GC"));
    }

    @Test
    void optionsThatAreNoCollectorLeaveOurs() {
        assertThat(command("1Gi", "-XX:+UseStringDeduplication -XX:-UseG1GC")).contains("-XX:+UseSerialGC");
    }

    private static List<String> command(String memory, String usersOptions) {
        return JvmCommand.of("driver", 1, new Quantity(memory), usersOptions, List.of(), "Main");
    }
}
