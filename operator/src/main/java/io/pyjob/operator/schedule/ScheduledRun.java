package io.pyjob.operator.schedule;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.RunMetadata;
import io.pyjob.operator.pods.JobNames;
import io.pyjob.operator.pods.Labels;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** One run of a schedule: the PyJob of its template, which goes when the schedule goes. */
public final class ScheduledRun {
    /** On every run: the schedule, by its name or a shortened one. */
    public static final String SCHEDULE_LABEL = "pyjob.io/schedule";

    /** The schedule's full name, which may be too long for a label. */
    static final String SCHEDULE_ANNOTATION = "pyjob.io/schedule";

    /** The time that a run is for, which is not that of its start. */
    static final String TIME_ANNOTATION = Labels.SCHEDULED_FOR;

    /** On a schedule: each new value starts one run. On that run: the value. */
    static final String TRIGGER_ANNOTATION = "pyjob.io/trigger";

    private ScheduledRun() {}

    static PyJob at(PyJobSchedule schedule, Instant time) {
        return of(schedule, RunNames.of(schedule).at(time), Map.of(TIME_ANNOTATION, time.toString()));
    }

    /** The run of a trigger that comes after {@code last}. */
    static PyJob triggeredBy(PyJobSchedule schedule, String trigger, Trigger last) {
        return of(schedule, RunNames.of(schedule).triggeredBy(trigger, last), Map.of(TRIGGER_ANNOTATION, trigger));
    }

    private static PyJob of(PyJobSchedule schedule, String name, Map<String, String> why) {
        RunMetadata template = schedule.getSpec().template().metadata();
        String scheduleName = schedule.getMetadata().getName();
        Map<String, String> labels = new TreeMap<>(template.labels());
        labels.put(SCHEDULE_LABEL, JobNames.base(scheduleName, JobNames.MAX_LABEL));
        Map<String, String> annotations = new TreeMap<>(template.annotations());
        annotations.put(SCHEDULE_ANNOTATION, scheduleName);
        annotations.putAll(why);
        PyJob run = new PyJob();
        run.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(schedule.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
                .addNewOwnerReference()
                .withApiVersion(schedule.getApiVersion())
                .withKind(schedule.getKind())
                .withName(scheduleName)
                .withUid(schedule.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .build());
        run.setSpec(schedule.getSpec().template().spec());
        return run;
    }
}
