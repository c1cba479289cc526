package io.pyjob.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.driver.report.Pace.News;
import io.pyjob.driver.report.Pace.Outage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final double MIDDLE = 0.5;

    private static Duration wait(Pace pace, News news) {
        return Duration.ofNanos(pace.due(1_000, news) - 1_000);
    }

    private static Pace after(int failures, Outage outage) {
        return new Pace(failures, outage, true, MIDDLE);
    }

    @Test
    void whatTheOperatorActsOnGoesAtOnce() {
        assertThat(wait(Pace.taken(false, 1), News.URGENT)).isZero();
    }

    @Test
    void progressGoesFiveTimesASecond() {
        assertThat(wait(Pace.taken(true, 1), News.PROGRESS)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void silenceIsBrokenByAHeartbeat() {
        assertThat(wait(Pace.first(MIDDLE), News.NONE)).isEqualTo(Duration.ofSeconds(5));
        assertThat(wait(Pace.taken(false, MIDDLE), News.NONE)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whatTheUserWantsIsAskedForMoreOften() {
        assertThat(wait(Pace.taken(true, MIDDLE), News.NONE)).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void driversSpread() {
        assertThat(wait(Pace.taken(false, 0), News.NONE)).isEqualTo(Duration.ofSeconds(4));
        assertThat(wait(Pace.taken(false, 1), News.NONE)).isEqualTo(Duration.ofSeconds(6));
        assertThat(wait(Pace.taken(true, 1), News.NONE)).isEqualTo(Duration.ofMillis(1800));
        assertThat(wait(new Pace(1, Outage.AWAY, true, 0), News.URGENT)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void afterFailuresEvenUrgentNewsWaitMoreAndMore() {
        assertThat(wait(after(1, Outage.AWAY), News.URGENT)).isEqualTo(Duration.ofMillis(250));
        assertThat(wait(after(2, Outage.AWAY), News.URGENT)).isEqualTo(Duration.ofMillis(500));
        assertThat(wait(after(5, Outage.AWAY), News.PROGRESS)).isEqualTo(Duration.ofSeconds(4));
        assertThat(wait(after(6, Outage.AWAY), News.NONE)).isEqualTo(Duration.ofSeconds(5));
        assertThat(wait(after(Integer.MAX_VALUE, Outage.AWAY).notTaken(Outage.AWAY, MIDDLE), News.URGENT))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aLeaderIsSoughtSoonAndWhoIsRefusedWaits() {
        assertThat(wait(after(9, Outage.NOT_LEADING), News.URGENT)).isEqualTo(Duration.ofSeconds(1));
        assertThat(wait(after(9, Outage.REFUSED), News.URGENT)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void failuresAreCountedUntilAReportIsTaken() {
        Pace failed = Pace.taken(true, MIDDLE).notTaken(Outage.AWAY, MIDDLE).notTaken(Outage.NOT_LEADING, MIDDLE);
        assertThat(failed).isEqualTo(new Pace(2, Outage.NOT_LEADING, true, MIDDLE));
        assertThat(Pace.taken(true, MIDDLE).failures()).isZero();
    }
}
