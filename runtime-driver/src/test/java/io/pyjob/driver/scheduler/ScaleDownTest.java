package io.pyjob.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.driver.scheduler.ScaleDown.Candidate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleDownTest {
    private static final Candidate BUSY_1 = new Candidate("1", true);
    private static final Candidate IDLE_2 = new Candidate("2", false);
    private static final Candidate BUSY_9 = new Candidate("9", true);
    private static final Candidate BUSY_10 = new Candidate("10", true);

    @Test
    void theIdleGoFirstThenTheLatest() {
        assertThat(ScaleDown.choose(List.of(BUSY_1, BUSY_9, IDLE_2, BUSY_10), 1))
                .containsExactly("2", "10", "9");
        assertThat(ScaleDown.choose(List.of(BUSY_10, IDLE_2, BUSY_9, BUSY_1), 3))
                .containsExactly("2");
    }

    @Test
    void noneGoesWhenThereAreNotTooMany() {
        assertThat(ScaleDown.choose(List.of(BUSY_1, IDLE_2), 2)).isEmpty();
        assertThat(ScaleDown.choose(List.of(), 2)).isEmpty();
    }

    @Test
    void allCanGo() {
        assertThat(ScaleDown.choose(List.of(BUSY_1, IDLE_2), 0)).containsExactly("2", "1");
    }
}
