package io.pyjob.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.JobEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class EventWriterTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00.123Z");
    private static final JobEvent SUCCEEDED = new JobEvent(false, "Succeeded", "the script ended with exit code 0");

    @Test
    void anEventIsAboutItsJob() {
        Event event = EventWriter.object(job("flights", "a"), SUCCEEDED, NOW);
        assertThat(event.getInvolvedObject().getKind()).isEqualTo("PyJob");
        assertThat(event.getInvolvedObject().getApiVersion()).isEqualTo("pyjob.io/v1alpha1");
        assertThat(event.getInvolvedObject().getName()).isEqualTo("flights");
        assertThat(event.getInvolvedObject().getUid()).isEqualTo("a");
        assertThat(event.getMetadata().getNamespace()).isEqualTo("science");
        assertThat(event.getMetadata().getName()).matches("flights\\.[0-9a-f]{16}");
        assertThat(event.getType()).isEqualTo("Normal");
        assertThat(event.getCount()).isEqualTo(1);
        assertThat(event.getLastTimestamp()).isEqualTo("2026-06-01T12:00:00Z");
    }

    @Test
    void theSameAgainHasTheSameName() {
        String name = name(job("flights", "a"), SUCCEEDED, NOW);
        assertThat(name(job("flights", "a"), SUCCEEDED, NOW.plusSeconds(60))).isEqualTo(name);
        assertThat(name(job("flights", "b"), SUCCEEDED, NOW)).isNotEqualTo(name);
        assertThat(name(job("flights", "a"), new JobEvent(true, "Succeeded", "otherwise"), NOW))
                .isNotEqualTo(name);
    }

    @Test
    void theLongestNameOfAJobFits() {
        assertThat(name(job("a.".repeat(126) + "a", "a"), SUCCEEDED, NOW)).hasSizeLessThan(64);
    }

    private static String name(PyJob job, JobEvent event, Instant now) {
        return EventWriter.object(job, event, now).getMetadata().getName();
    }

    private static PyJob job(String name, String uid) {
        PyJob job = new PyJob();
        job.getMetadata().setName(name);
        job.getMetadata().setNamespace("science");
        job.getMetadata().setUid(uid);
        return job;
    }
}
