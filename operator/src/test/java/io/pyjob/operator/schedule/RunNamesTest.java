package io.pyjob.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.operator.pods.JobNames;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunNamesTest {
    private static final Trigger NONE = new Trigger(null, null);
    private static final Instant TIME = Instant.parse("2026-11-22T01:30:00Z");

    @Test
    void aRunIsCalledByItsScheduleAndItsTime() {
        PyJob run = ScheduledRun.at(named("nightly"), TIME);
        assertThat(run.getMetadata().getName()).isEqualTo("nightly-202611220130");
        assertThat(run.getMetadata().getNamespace()).isEqualTo("science");
        assertThat(run.getMetadata().getLabels())
                .containsEntry("pyjob.io/schedule", "nightly")
                .containsEntry("team", "air");
        assertThat(run.getMetadata().getAnnotations())
                .containsEntry("pyjob.io/schedule", "nightly")
                .containsEntry("pyjob.io/scheduled-for", "2026-11-22T01:30:00Z")
                .containsEntry("note", "kept");
        assertThat(run.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getKind()).isEqualTo("PyJobSchedule");
            assertThat(owner.getApiVersion()).isEqualTo("pyjob.io/v1alpha1");
            assertThat(owner.getUid()).isEqualTo("4711");
            assertThat(owner.getController()).isTrue();
        });
        assertThat(run.getSpec().args()).containsExactly("--all");
    }

    @Test
    void whatIsNotSaidIsNotWritten() {
        assertThat(Serialization.asJson(ScheduledRun.at(named("nightly"), TIME).getSpec()))
                .doesNotContain("null");
    }

    /** So that pods and Services are called by the run, and not by a hash of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 23, 24, 36, 37, 63, 253})
    void whateverTheSchedulesNameARunsPodsHaveIt(int length) {
        for (String name : List.of("a".repeat(length), "1".repeat(length), "a.".repeat(length / 2) + "b")) {
            PyJobSchedule schedule = named(name);
            for (PyJob run :
                    List.of(ScheduledRun.at(schedule, TIME), ScheduledRun.triggeredBy(schedule, "x\ny", NONE))) {
                assertThat(run.getMetadata().getName()).matches("[a-z][-a-z0-9]{0,61}[a-z0-9]");
                run.getMetadata().setUid("given by the API server");
                assertThat(JobNames.of(run).base()).isEqualTo(run.getMetadata().getName());
                assertThat(run.getMetadata().getLabels().get("pyjob.io/schedule"))
                        .hasSizeLessThanOrEqualTo(63);
            }
        }
    }

    @Test
    void otherSchedulesTimesAndTriggersHaveOtherNames() {
        Set<String> names = new HashSet<>();
        for (String schedule : List.of("a", "b", "c".repeat(200) + "1", "c".repeat(200) + "2")) {
            for (int minute = 0; minute < 60; minute++) {
                PyJob run = ScheduledRun.at(named(schedule), TIME.plusSeconds(60L * minute));
                assertThat(names.add(run.getMetadata().getName())).isTrue();
            }
            for (Trigger before : List.of(NONE, new Trigger("2", null), new Trigger("2", "a-t1"))) {
                for (String trigger : List.of("1", "2", "now")) {
                    PyJob run = ScheduledRun.triggeredBy(named(schedule), trigger, before);
                    assertThat(names.add(run.getMetadata().getName())).isTrue();
                }
            }
        }
    }

    private static PyJobSchedule named(String name) {
        PyJobSchedule schedule = Schedules.schedule("@daily");
        schedule.getMetadata().setName(name);
        return schedule;
    }
}
