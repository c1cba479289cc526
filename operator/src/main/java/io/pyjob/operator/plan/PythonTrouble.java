package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.LastPythonEnd;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.PythonStatus;
import io.pyjob.operator.plan.Conditions.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is said of Python workers that ended though nobody wanted it, and of modules that cannot be imported. */
final class PythonTrouble {
    /** The reason of the condition MemoryLimitHit where it was not a container's limit. */
    private static final String MEMORY_REASON = "PythonWorker";

    private static final Set<String> OF_MEMORY = Set.of("workerMemory", "containerMemory");

    private PythonTrouble() {}

    /** Workers that took too much; empty if there were none. */
    static Optional<Fact> memory(Situation s) {
        PythonStatus python = s.python();
        long count = OF_MEMORY.stream()
                .mapToLong(cause -> python.ended().getOrDefault(cause, 0L))
                .sum();
        if (count == 0) {
            return Optional.empty();
        }
        LastPythonEnd last = python.last();
        String message = last != null && OF_MEMORY.contains(last.cause())
                ? where(last) + last.message()
                : before(s, Conditions.MEMORY_LIMIT_HIT)
                        .filter(c -> MEMORY_REASON.equals(c.getReason()))
                        .map(c -> Objects.requireNonNullElse(c.getMessage(), ""))
                        .orElse(workers(count) + " ended for taking too much memory: raise"
                                + " spec.executors.python.workerMemory or spec.executors.python.memory");
        return Optional.of(Fact.yes(Conditions.MEMORY_LIMIT_HIT, MEMORY_REASON, message));
    }

    /** Whether a condition MemoryLimitHit is about single workers. */
    static boolean isOfWorker(Condition memoryLimitHit) {
        return MEMORY_REASON.equals(memoryLimitHit.getReason());
    }

    static Fact workersFailed(Situation s) {
        PythonStatus python = s.python();
        LastPythonEnd last = python.last();
        if (python.ended().isEmpty() && python.restarts() == 0) {
            return Fact.no(
                    Conditions.PYTHON_WORKERS_FAILED, "NoneFailed", "no Python worker has ended that should not have");
        }
        String reason = last == null || last.cause().isEmpty()
                ? "Failed"
                : Character.toUpperCase(last.cause().charAt(0)) + last.cause().substring(1);
        return Fact.yes(
                Conditions.PYTHON_WORKERS_FAILED,
                reason,
                counted(python) + (last == null ? "" : "; the last: " + where(last) + last.message()));
    }

    static Fact preloadFailed(Situation s) {
        Map<String, String> failed = s.python().preloadFailed();
        if (failed.isEmpty()) {
            return Fact.no(Conditions.PRELOAD_FAILED, "NoneFailed", "no module is known to have failed");
        }
        String modules = failed.entrySet().stream()
                .map(module -> module.getKey() + " (" + module.getValue() + ")")
                .collect(Collectors.joining(", "));
        return Fact.yes(
                Conditions.PRELOAD_FAILED,
                "ImportFailed",
                "executors.python.preload names what cannot be imported: " + modules + "; tasks go on without it");
    }

    /**
     * Events about what is new. Of the same kind there are as many as the count has doubled, so a job whose every task ends so
     * does not drown the others.
     */
    static List<JobEvent> events(PyJobStatus before, PyJobStatus after) {
        PythonStatus was = Objects.requireNonNullElse(before.python(), PythonStatus.NONE);
        PythonStatus is = Objects.requireNonNullElse(after.python(), PythonStatus.NONE);
        LastPythonEnd last = is.last();
        List<JobEvent> events = new ArrayList<>();
        is.ended().forEach((cause, count) -> {
            if (hasDoubled(was.ended().getOrDefault(cause, 0L), count)) {
                events.add(JobEvent.warning(
                        OF_MEMORY.contains(cause) || cause.equals("killed")
                                ? "PythonWorkerKilled"
                                : "PythonWorkerCrashed",
                        workers(count) + " ended so far (" + cause + ")"
                                + (last != null && last.cause().equals(cause)
                                        ? "; the last: " + where(last) + last.message()
                                        : "")));
            }
        });
        if (hasDoubled(was.restarts(), is.restarts())) {
            events.add(JobEvent.warning(
                    "PythonPoolRestarted",
                    "a pool of Python workers was started again, " + is.restarts() + " times so far"
                            + (last != null && last.cause().equals("restart")
                                    ? "; the last: " + where(last) + last.message()
                                    : "")));
        }
        return events;
    }

    private static boolean hasDoubled(long from, long to) {
        return to > from && Long.highestOneBit(to) != Long.highestOneBit(from);
    }

    /** For instance: 3 Python workers ended that should not have (crashed 1, workerMemory 2). */
    private static String counted(PythonStatus python) {
        long count = python.ended().values().stream().mapToLong(Long::longValue).sum();
        String causes = python.ended().entrySet().stream()
                .map(end -> end.getKey() + " " + end.getValue())
                .collect(Collectors.joining(", "));
        String restarts = python.restarts() == 0
                ? ""
                : "a pool of them was started again "
                        + (python.restarts() == 1 ? "once" : python.restarts() + " times");
        if (count == 0) {
            return restarts;
        }
        return workers(count) + " ended that should not have (" + causes + ")"
                + (restarts.isEmpty() ? "" : ", and " + restarts);
    }

    private static String workers(long count) {
        return count + (count == 1 ? " Python worker" : " Python workers");
    }

    private static String where(LastPythonEnd last) {
        return last.executor().equals("driver") ? "on the driver, " : "on executor " + last.executor() + ", ";
    }

    private static Optional<Condition> before(Situation s, String type) {
        return s.before().conditions().stream()
                .filter(c -> type.equals(c.getType()) && "True".equals(c.getStatus()))
                .findFirst();
    }
}
