package io.pyjob.operator.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.operator.ui.Access.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RememberedAccessTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<String> asked = new ArrayList<>();
    private boolean allowed = true;

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private final Access access = new RememberedAccess(
            (token, namespace, job) -> {
                asked.add(token + " " + namespace + "/" + job);
                return allowed ? new Verdict.Allowed() : new Verdict.Forbidden("bob");
            },
            clock);

    @Test
    void aRightHoldsForAWhileAndARefusalForLess() {
        assertThat(access.judge("t", "a", "x")).isInstanceOf(Verdict.Allowed.class);
        allowed = false;
        now = now.plus(RememberedAccess.ALLOWED).minusMillis(1);
        assertThat(access.judge("t", "a", "x")).isInstanceOf(Verdict.Allowed.class);
        now = now.plusMillis(1);
        assertThat(access.judge("t", "a", "x")).isInstanceOf(Verdict.Forbidden.class);
        allowed = true;
        now = now.plus(RememberedAccess.REFUSED);
        assertThat(access.judge("t", "a", "x")).isInstanceOf(Verdict.Allowed.class);
        assertThat(asked).hasSize(3);
        assertThat(RememberedAccess.REFUSED).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void nothingIsTakenForSomethingElse() {
        access.judge("t", "a", "x");
        access.judge("u", "a", "x");
        access.judge("t", "b", "x");
        access.judge("t", "a", "y");
        assertThat(asked).containsExactly("t a/x", "u a/x", "t b/x", "t a/y");
    }
}
