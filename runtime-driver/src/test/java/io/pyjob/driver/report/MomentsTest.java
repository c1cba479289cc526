package io.pyjob.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MomentsTest {
    @Test
    void onlyTheFirstTimeCounts() {
        AtomicLong clock = new AtomicLong(7);
        Moments moments = new Moments(clock::get);
        moments.note(Moment.TASK);
        clock.set(9);
        moments.note(Moment.TASK);
        moments.note(Moment.PYTHON_TASK);

        assertThat(moments.soFar()).isEqualTo(Map.of(Moment.TASK, 7L, Moment.PYTHON_TASK, 9L));
    }

    @Test
    void theClockIsThatOfTheMachine() {
        long before = System.currentTimeMillis();
        Moments moments = Moments.fromNow();
        moments.note(Moment.JVM);

        assertThat(moments.soFar().get(Moment.JVM)).isGreaterThanOrEqualTo(before);
    }
}
