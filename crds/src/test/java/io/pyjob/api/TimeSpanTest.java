package io.pyjob.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimeSpanTest {
    @ParameterizedTest
    @CsvSource({"1s, 1", "90s, 90", "5m, 300", "2h, 7200", "999999h, 3599996400"})
    void isWhatItsTextSays(String text, long seconds) {
        assertThat(TimeSpan.of(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void whatNoManifestCanSayIsADefect() {
        assertThatThrownBy(() -> TimeSpan.of("3d")).hasMessage("no time such as 60s, 5m or 1h: 3d");
    }
}
