package io.pyjob.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.driver.report.Pace.News;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static Duration wait(int failures, News news) {
        return Duration.ofNanos(Pace.due(1_000, failures, news) - 1_000);
    }

    @Test
    void whatTheOperatorActsOnGoesAtOnce() {
        assertThat(wait(0, News.URGENT)).isZero();
    }

    @Test
    void progressGoesFiveTimesASecond() {
        assertThat(wait(0, News.PROGRESS)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void silenceIsBrokenByAHeartbeat() {
        assertThat(wait(0, News.NONE)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void afterFailuresEvenUrgentNewsWaitMoreAndMore() {
        assertThat(wait(1, News.URGENT)).isEqualTo(Duration.ofMillis(250));
        assertThat(wait(2, News.URGENT)).isEqualTo(Duration.ofMillis(500));
        assertThat(wait(5, News.PROGRESS)).isEqualTo(Duration.ofSeconds(4));
        assertThat(wait(6, News.NONE)).isEqualTo(Duration.ofSeconds(5));
        assertThat(wait(Integer.MAX_VALUE, News.URGENT)).isEqualTo(Duration.ofSeconds(5));
    }
}
