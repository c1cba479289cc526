package io.pyjob.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.Refusal;
import io.pyjob.operator.plan.Refusal.Cause;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RefusalsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private final Refusals refusals = new Refusals();
    private final PyJob job = job("a");

    @Test
    void refusalsInARowAreCounted() {
        refusals.refused(job, new ApiRefusal("Pod x", true, Cause.QUOTA_EXCEEDED, "no"), NOW);
        refusals.refused(job, new ApiRefusal("Pod y", true, Cause.QUOTA_EXCEEDED, "still no"), NOW.plusSeconds(1));
        assertThat(refusals.of(job))
                .containsExactly(new Refusal("Pod y", true, Cause.QUOTA_EXCEEDED, "still no", NOW.plusSeconds(1), 2));
    }

    @Test
    void whatIsTakenIsRefusedNoMore() {
        refusals.refused(job, new ApiRefusal("Pod x", true, Cause.QUOTA_EXCEEDED, "no"), NOW);
        refusals.refused(job, new ApiRefusal("Secret x", false, Cause.NAME_TAKEN, "no"), NOW);
        refusals.taken(job, true);
        assertThat(refusals.of(job)).extracting(Refusal::object).containsExactly("Secret x");
        refusals.forget("a");
        assertThat(refusals.of(job)).isEmpty();
    }

    @Test
    void jobsDoNotShareThem() {
        refusals.refused(job, new ApiRefusal("Pod x", true, Cause.QUOTA_EXCEEDED, "no"), NOW);
        assertThat(refusals.of(job("b"))).isEmpty();
    }

    private static PyJob job(String uid) {
        PyJob job = new PyJob();
        job.getMetadata().setUid(uid);
        return job;
    }
}
