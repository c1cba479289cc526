package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SidecarRestartsTest {
    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

    @Test
    void oneThatKeepsEndingSoonWaitsMoreAndMore() {
        SidecarRestarts restarts = SidecarRestarts.firstStart(START);
        List<Long> pauses = new ArrayList<>();
        Instant now = START;
        for (int i = 0; i < 9; i++) {
            now = now.plusMillis(200);
            restarts = restarts.endedAt(now);
            pauses.add(restarts.pause().toSeconds());
            now = now.plus(restarts.pause());
            restarts = restarts.startedAgain(now);
        }
        assertThat(pauses).containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
    }

    @Test
    void oneThatHasWorkedForAWhileIsStartedAtOnce() {
        SidecarRestarts often = new SidecarRestarts(START, 7);
        assertThat(often.endedAt(START.plusSeconds(10)).pause()).isEqualTo(Duration.ZERO);
        assertThat(often.endedAt(START.plusSeconds(9)).pause()).isEqualTo(Duration.ofSeconds(30));
    }
}
