package io.pyjob.operator.schedule;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.JobEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Schedules and runs for tests. */
final class Schedules {
    static final Instant CREATED = Instant.parse("2026-03-01T10:15:00Z");

    private Schedules() {}

    /** Created at {@link #CREATED}; {@code fields} are more lines of the spec. */
    static PyJobSchedule schedule(String schedule, String... fields) {
        StringBuilder spec = new StringBuilder();
        for (String field : fields) {
            spec.append("  ").append(field).append('\n');
        }
        return Serialization.unmarshal(
                """
                apiVersion: pyjob.io/v1alpha1
                kind: PyJobSchedule
                metadata:
                  name: nightly
                  namespace: science
                  uid: 4711
                  generation: 1
                  creationTimestamp: "%s"
                spec:
                  schedule: "%s"
                %s  template:
                    metadata: {labels: {team: air}, annotations: {note: kept}}
                    spec:
                      script: {path: report.py}
                      args: ["--all"]
                """.formatted(CREATED, schedule, spec.toString().stripTrailing() + (spec.isEmpty() ? "" : "\n")),
                PyJobSchedule.class);
    }

    static void trigger(PyJobSchedule schedule, String value) {
        schedule.getMetadata().setAnnotations(Map.of("pyjob.io/trigger", value));
    }

    /** {@code run} as it is at some time after its creation. */
    static PyJob run(PyJob run, Phase phase, Instant at) {
        PyJob now = new PyJob();
        now.setMetadata(run.getMetadata());
        now.setSpec(run.getSpec());
        now.setStatus(Serialization.unmarshal(
                Serialization.asJson(Map.of("phase", phase, "completionTime", at.toString())), PyJobStatus.class));
        return now;
    }

    static Optional<Condition> condition(PyJobScheduleStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst();
    }

    static List<String> reasons(SchedulePlan plan) {
        return plan.events().stream().map(JobEvent::reason).toList();
    }
}
