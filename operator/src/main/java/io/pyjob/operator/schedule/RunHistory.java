package io.pyjob.operator.schedule;

import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobScheduleSpec;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.schedule.ScheduleAction.DeleteRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The runs of a schedule that are there. */
record RunHistory(List<PyJob> runs) {
    RunHistory {
        runs = runs.stream().sorted(Comparator.comparing(RunHistory::name)).toList();
    }

    /** The names of those that go. One that is being deleted does not count: it is on its way out. */
    List<String> going() {
        return runs.stream()
                .filter(run -> !isDeleted(run) && !phase(run).isFinal())
                .map(RunHistory::name)
                .toList();
    }

    boolean has(String name) {
        return runs.stream().anyMatch(run -> name(run).equals(name));
    }

    /** The runs for times after {@code since} and before {@code until}. */
    Map<Instant, String> times(Instant since, Instant until) {
        Map<Instant, String> times = new TreeMap<>();
        for (PyJob run : runs) {
            String time = run.getMetadata().getAnnotations() == null
                    ? null
                    : run.getMetadata().getAnnotations().get(ScheduledRun.TIME_ANNOTATION);
            if (time != null
                    && Instant.parse(time).isAfter(since)
                    && Instant.parse(time).isBefore(until)) {
                times.put(Instant.parse(time), name(run));
            }
        }
        return times;
    }

    /** When the last one that succeeded came to its end. */
    Optional<Instant> lastSuccess() {
        return runs.stream()
                .filter(run -> phase(run) == Phase.Succeeded)
                .flatMap(run -> Stream.ofNullable(run.getStatus().completionTime()))
                .map(Instant::parse)
                .max(Comparator.naturalOrder());
    }

    /** Ended ones that are more than the spec wants to keep. */
    List<DeleteRun> tooMany(PyJobScheduleSpec spec) {
        List<DeleteRun> deletes = new ArrayList<>();
        deletes.addAll(tooMany(phase -> phase == Phase.Succeeded, spec.successfulRunsHistoryLimit(), "that succeeded"));
        deletes.addAll(tooMany(
                phase -> phase.isFinal() && phase != Phase.Succeeded, spec.failedRunsHistoryLimit(), "that failed"));
        return deletes;
    }

    private List<DeleteRun> tooMany(Predicate<Phase> kind, int limit, String words) {
        List<PyJob> latestFirst = runs.stream()
                .filter(run -> !isDeleted(run) && kind.test(phase(run)))
                .sorted(Comparator.comparing(RunHistory::ended)
                        .thenComparing(RunHistory::name)
                        .reversed())
                .toList();
        return latestFirst.stream()
                .skip(limit)
                .map(RunHistory::name)
                .sorted()
                .map(name -> new DeleteRun(name, "of runs " + words + ", " + limit + " are kept"))
                .toList();
    }

    private static Instant ended(PyJob run) {
        String completion = status(run).completionTime();
        String created = run.getMetadata().getCreationTimestamp();
        return Instant.parse(
                completion != null ? completion : Objects.requireNonNullElse(created, "1970-01-01T00:00:00Z"));
    }

    private static Phase phase(PyJob run) {
        return status(run).phase();
    }

    private static PyJobStatus status(PyJob run) {
        return Objects.requireNonNullElse(run.getStatus(), PyJobStatus.NEW);
    }

    private static boolean isDeleted(PyJob run) {
        return run.getMetadata().getDeletionTimestamp() != null;
    }

    private static String name(PyJob run) {
        return run.getMetadata().getName();
    }
}
