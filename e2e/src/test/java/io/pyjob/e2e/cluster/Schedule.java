package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** A schedule on the cluster. It looks anew each time it is asked. */
record Schedule(TestNamespace namespace, String name) {
    PyJobScheduleStatus status() {
        PyJobSchedule there = Cluster.client()
                .resources(PyJobSchedule.class)
                .inNamespace(namespace.name())
                .withName(name)
                .get();
        return there == null || there.getStatus() == null ? PyJobScheduleStatus.NEW : there.getStatus();
    }

    PyJobScheduleStatus awaits(String what, Predicate<PyJobScheduleStatus> holds) {
        return await(name + ": " + what).atMost(Cluster.LONG).until(this::status, holds);
    }

    /** Its runs, by name. */
    List<PyJob> runs() {
        return namespace.jobs().stream()
                .filter(job -> job.getMetadata().getLabels() != null
                        && name.equals(job.getMetadata().getLabels().get("pyjob.io/schedule")))
                .sorted(Comparator.comparing(job -> job.getMetadata().getName()))
                .toList();
    }

    /** Triggers a run as a user does, and waits for the operator's answer. */
    void trigger(String value) {
        namespace
                .kubectl("annotate", "pyjobschedule", name, "--overwrite", "pyjob.io/trigger=" + value)
                .ok();
        awaits("trigger " + value + " to be seen", status -> value.equals(status.lastTrigger()));
    }

    /** The run that {@code value} triggers. */
    Job triggered(String value) {
        String before = lastTriggeredRun();
        trigger(value);
        String run = lastTriggeredRun();
        assertThat(run).isNotEmpty().isNotEqualTo(before);
        return namespace.job(run);
    }

    /** Empty if there was none. */
    String lastTriggeredRun() {
        return Objects.requireNonNullElse(status().lastTriggeredRun(), "");
    }

    List<String> eventReasons() {
        return events().stream().map(Event::getReason).toList();
    }

    List<Event> events() {
        return namespace.events().stream()
                .filter(event ->
                        "PyJobSchedule".equals(event.getInvolvedObject().getKind())
                                && name.equals(event.getInvolvedObject().getName()))
                .toList();
    }

    void awaitsEvent(String reason) {
        await(name + " to have an Event " + reason)
                .atMost(Cluster.SOON)
                .untilAsserted(() -> assertThat(eventReasons()).contains(reason));
    }

    void patch(String spec) {
        namespace
                .kubectl("patch", "pyjobschedule", name, "--type=merge", "-p", "{\"spec\": " + spec + "}")
                .ok();
    }
}
