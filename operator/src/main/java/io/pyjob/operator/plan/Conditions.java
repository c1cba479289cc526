package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The conditions of a job, for kubectl describe and kubectl wait. */
final class Conditions {
    /** Whether the script runs. */
    static final String RUNNING = "Running";

    /** Whether as many executors as are wanted have registered with the driver. */
    static final String EXECUTORS_READY = "ExecutorsReady";

    /** Whether something keeps the job from going on; it fails if that lasts. */
    static final String STALLED = "Stalled";

    /** Whether the job has succeeded; the name is that of a Kubernetes Job's condition, as is Failed. */
    static final String COMPLETE = "Complete";

    static final String FAILED = "Failed";

    /** Whether the job has ended, in whatever way: kubectl wait cannot wait for one of two conditions. */
    static final String FINISHED = "Finished";

    /** Whether the user wants the job to wait; the name is that of a Kubernetes Job's condition. */
    static final String SUSPENDED = "Suspended";

    /** Whether an attempt has ended and another one is to begin. */
    static final String RETRYING = "Retrying";

    /** Whether a container has reached its memory limit, at any time. */
    static final String MEMORY_LIMIT_HIT = "MemoryLimitHit";

    /** Whether a Python worker has ended that nobody wanted to end; once true it stays. */
    static final String PYTHON_WORKERS_FAILED = "PythonWorkersFailed";

    /** Whether a module of the preload could not be imported; tasks import what they need by themselves. */
    static final String PRELOAD_FAILED = "PreloadFailed";

    /** Whether jars of the job are of other versions than Spark's own, or than each other. */
    static final String DEPENDENCY_CONFLICTS = "DependencyConflicts";

    private Conditions() {}

    /** What a condition says now; {@code since} when, if that is not for the condition before it to say. */
    record Fact(String type, String status, String reason, String message, Optional<Instant> since) {
        private Fact(String type, String status, String reason, String message) {
            this(type, status, reason, message, Optional.empty());
        }

        static Fact yes(String type, String reason, String message) {
            return new Fact(type, "True", reason, message);
        }

        static Fact stalled(Stall stall, Instant since) {
            return new Fact(STALLED, "True", stall.reason(), stall.message(), Optional.of(since));
        }

        static Fact no(String type, String reason, String message) {
            return new Fact(type, "False", reason, message);
        }

        static Fact unknown(String type, String reason, String message) {
            return new Fact(type, "Unknown", reason, message);
        }
    }

    /** The facts as conditions; a transition is a change of status, not of reason or message. */
    static List<Condition> of(List<Fact> facts, List<Condition> before, Instant now, long generation) {
        return facts.stream()
                .map(fact -> new ConditionBuilder()
                        .withType(fact.type())
                        .withStatus(fact.status())
                        .withReason(fact.reason())
                        .withMessage(fact.message())
                        .withObservedGeneration(generation)
                        .withLastTransitionTime(time(fact.since()
                                .or(() -> since(before, fact.type(), fact.status()))
                                .orElse(now)))
                        .build())
                .toList();
    }

    /** Since when the condition of that type has had that status; empty if it has another. */
    static Optional<Instant> since(List<Condition> conditions, String type, String status) {
        return conditions.stream()
                .filter(c -> type.equals(c.getType()) && status.equals(c.getStatus()))
                .findFirst()
                .flatMap(c -> Optional.ofNullable(c.getLastTransitionTime()))
                .map(Instant::parse);
    }

    /** RFC 3339; milliseconds, because the shortest jobs take few seconds. */
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
