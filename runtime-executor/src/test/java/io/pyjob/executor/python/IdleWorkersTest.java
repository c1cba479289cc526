package io.pyjob.executor.python;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleWorkersTest {
    private final IdleWorkers<String, Integer> idle = new IdleWorkers<>(100, 2);

    @Test
    void aWorkerServesOnlyItsKind() {
        idle.park("a", 1, 0);

        assertThat(idle.take("b")).isEmpty();
        assertThat(idle.take("a")).contains(1);
        assertThat(idle.take("a")).isEmpty();
    }

    @Test
    void theLastUsedComesFirst() {
        idle.park("a", 1, 0);
        idle.park("a", 2, 1);

        assertThat(idle.take("a")).contains(2);
        assertThat(idle.take("a")).contains(1);
    }

    @Test
    void theOldestGoesWhenThereAreTooManyOfAKind() {
        assertThat(idle.park("a", 1, 0)).isEmpty();
        assertThat(idle.park("b", 9, 0)).isEmpty();
        assertThat(idle.park("a", 2, 1)).isEmpty();
        assertThat(idle.park("a", 3, 2)).containsExactly(1);
    }

    @Test
    void thoseThatWaitedForTooLongExpire() {
        idle.park("a", 1, 0);
        idle.park("b", 2, 0);
        idle.park("a", 3, 50);

        assertThat(idle.expired(99)).isEmpty();
        assertThat(idle.expired(100)).containsExactlyInAnyOrder(1, 2);
        assertThat(idle.take("b")).isEmpty();
        assertThat(idle.take("a")).contains(3);
    }

    @Test
    void timesMayWrapAround() {
        idle.park("a", 1, Long.MAX_VALUE - 10);

        assertThat(idle.expired(Long.MIN_VALUE + 50)).isEmpty();
        assertThat(idle.expired(Long.MIN_VALUE + 90)).containsExactly(1);
    }

    @Test
    void allCanBeTakenOut() {
        idle.park("a", 1, 0);
        idle.park("b", 2, 0);

        assertThat(idle.drain()).containsExactlyInAnyOrder(1, 2);
        assertThat(idle.drain()).isEmpty();
    }
}
