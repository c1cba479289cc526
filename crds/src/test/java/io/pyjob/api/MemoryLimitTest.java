package io.pyjob.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MemoryLimitTest {
    @ParameterizedTest
    @CsvSource({
        "1Gi, 1073741824",
        "0.5Gi, 536870912",
        "1G, 1000000000",
        "512Mi, 536870912",
        "1073741824, 1073741824",
        "1e9, 1000000000",
        "99Ei, 9223372036854775807",
    })
    void bytesAreThoseOfKubernetes(String text, long bytes) {
        assertThat(MemoryLimit.of(Quantity.parse(text)).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"850Mi, 466", "1Gi, 640", "3840Mi, 3456", "8Gi, 7373", "10Gi, 9216"})
    void theHeapLeavesTheGreaterOf384MebibytesAndATenth(String text, long heap) {
        assertThat(MemoryLimit.of(Quantity.parse(text)).jvmHeapMebibytes()).isEqualTo(heap);
    }

    @Test
    void theLeastJvmMemoryIsWhatSparkNeeds() {
        assertThat(new MemoryLimit(Rules.LEAST_JVM_MEMORY).jvmHeapMebibytes()).isEqualTo(466);
        assertThat(new MemoryLimit(Rules.LEAST_JVM_MEMORY - 1).jvmHeapMebibytes())
                .isLessThan(466);
    }
}
