package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleSpec;
import io.pyjob.api.cron.InvalidTimetable;
import io.pyjob.api.cron.Timetable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads manifests of schedules. What a run would be is read as if somebody had written that job. */
final class ScheduleManifest {
    private static final JsonNode SCHEMA = Manifest.schema("pyjobschedule-schema.json");

    /** What of a run comes from the template; the rest of its metadata is the schedule's. */
    private static final List<String> OF_TEMPLATE = List.of("spec", "metadata.labels", "metadata.annotations");

    private ScheduleManifest() {}

    static Reading check(ObjectNode tree) {
        ObjectNode schedule = tree.deepCopy();
        Manifest.prune(schedule, SCHEMA);
        List<Fault> faults = new ArrayList<>();
        // First, since it knows better than a pattern what is wrong.
        timetable(schedule.path("spec"), faults);
        new SchemaCheck(faults).check("", schedule, SCHEMA);
        Reading run = Manifest.job(run(schedule));
        if (schedule.at("/spec/template").has("spec")) { // else that has been told
            run.faults().stream().flatMap(fault -> ofTemplate(fault).stream()).forEach(faults::add);
        }
        if (!faults.isEmpty()) {
            return new Reading.Invalid(Manifest.firstOfEachPath(faults));
        }
        return new Reading.Valid(run.job().orElseThrow(), Optional.of(sound(schedule)));
    }

    private static void timetable(JsonNode spec, List<Fault> faults) {
        String timeZone = spec.path("timeZone").asText("UTC");
        check(spec.path("schedule").asText("@daily"), "UTC", faults);
        check("@daily", timeZone, faults);
    }

    private static void check(String schedule, String timeZone, List<Fault> faults) {
        try {
            Timetable.of(schedule, timeZone);
        } catch (InvalidTimetable e) {
            String meant = switch (e.field()) {
                case schedule -> "";
                case timeZone ->
                    Spelling.nearest(timeZone, Timetable.zones())
                            .map(zone -> "; did you mean " + zone + '?')
                            .orElse("");
            };
            faults.add(new Fault("spec." + e.field(), e.text() + meant));
        }
    }

    /** The job that somebody would write to have one run. */
    private static ObjectNode run(ObjectNode schedule) {
        JsonNode template = schedule.path("spec").path("template");
        ObjectNode run = schedule.objectNode();
        run.put("apiVersion", Manifest.API_VERSION).put("kind", Manifest.KIND);
        ObjectNode metadata = run.putObject("metadata");
        copy(schedule.path("metadata"), "name", metadata);
        copy(schedule.path("metadata"), "namespace", metadata);
        copy(template.path("metadata"), "labels", metadata);
        copy(template.path("metadata"), "annotations", metadata);
        copy(template, "spec", run);
        return run;
    }

    private static void copy(JsonNode from, String field, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        }
    }

    /** Where in the schedule the fault of a run is; empty if it is a fault of the schedule's own metadata. */
    private static Optional<Fault> ofTemplate(Fault fault) {
        boolean isOfTemplate = OF_TEMPLATE.stream().anyMatch(fault.path()::startsWith);
        return isOfTemplate
                ? Optional.of(new Fault("spec.template." + fault.path(), fault.message()))
                : Optional.empty();
    }

    private static PyJobSchedule sound(ObjectNode tree) {
        PyJobSchedule schedule = new PyJobSchedule();
        schedule.setMetadata(Manifest.metadata(tree.path("metadata")));
        schedule.setSpec(Manifest.value(tree.path("spec"), PyJobScheduleSpec.class));
        return schedule;
    }
}
