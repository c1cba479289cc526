package io.pyjob.operator.plan;

import io.pyjob.api.FailureCause;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.DriverReport.State;
import io.pyjob.operator.pods.PodContainers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Executors that ended though nobody asked them to. Which did is read each time from the pods, which are kept: a counter
 * would count one of them twice when a plan is carried out only in part.
 *
 * @param unregistered the failures since an executor last registered: this is what a crash loop looks like
 * @param registered the failures of the last minutes among executors that had registered: mostly bad luck
 * @param lost those of the last minutes that the cluster has ended, which is no failure of theirs
 * @param all all failures
 */
record ExecutorFailures(List<Failure> unregistered, List<Failure> registered, List<Failure> lost, List<Failure> all) {
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(60);
    private static final Duration RECENT = Duration.ofMinutes(10);
    private static final Comparator<Failure> BY_TIME =
            Comparator.comparing(Failure::at).thenComparing(Failure::executorId);

    /** One that ended; {@code text} says how. */
    record Failure(int executorId, Instant at, boolean isUnregistered, String text) {
        boolean isRecent(Situation s) {
            return at.isAfter(s.now().minus(RECENT));
        }
    }

    static ExecutorFailures of(Situation s, ExecutorTarget target) {
        int lastRegistered = s.report().map(DriverReport::lastExecutorId).orElse(0);
        List<Failure> all = s.executors().stream()
                .filter(pod -> failed(pod, s, target.state(), lastRegistered))
                .map(pod -> failure(pod, s, lastRegistered))
                .toList();
        List<Failure> lost = s.executors().stream()
                .filter(pod -> pod.jvm().ended().isPresent() && pod.loss().isPresent())
                .map(pod -> failure(pod, s, lastRegistered))
                .filter(f -> f.isRecent(s))
                .toList();
        return new ExecutorFailures(
                all.stream().filter(Failure::isUnregistered).toList(),
                all.stream()
                        .filter(f -> !f.isUnregistered())
                        .filter(f -> f.isRecent(s))
                        .toList(),
                lost,
                all);
    }

    private static boolean failed(ObservedPod pod, Situation s, State state, int lastRegistered) {
        Optional<Ended> ended = pod.jvm().ended();
        int id = pod.executorId().orElseThrow();
        if (ended.isEmpty()
                || pod.deleting()
                || pod.loss().isPresent()
                || state == State.STOPPING
                || s.wasKilled(pod)) {
            return false;
        }
        return switch (ended.get().exitCode()) {
            // One that leaves in peace was told to by the driver, unless it has never spoken to it.
            case 0 -> s.report().isPresent() && state == State.RUNNING && id > lastRegistered;
            // A script may take its time before it starts Spark; executors do not wait for ever.
            case ExitCode.GAVE_UP -> state != State.STARTING;
            default -> true;
        };
    }

    private static Failure failure(ObservedPod pod, Situation s, int lastRegistered) {
        int id = pod.executorId().orElseThrow();
        Ended ended = pod.jvm().ended().orElseThrow();
        return new Failure(id, ended.at(), id > lastRegistered, text(pod, ended, s));
    }

    private static String text(ObservedPod pod, Ended ended, Situation s) {
        String executor = "executor " + pod.executorId().orElseThrow();
        if (pod.loss().isPresent()) {
            return executor + " was ended by the cluster: " + pod.loss().get();
        }
        if (ended.isOutOfMemory()) {
            return MemoryField.of(pod, PodContainers.JVM, s.spec()).hit();
        }
        String code = executor + " ended with " + new ExitCode(ended.exitCode());
        return ended.message().isBlank() ? code : code + ": " + ended.message().strip();
    }

    /** How long to wait before executors are replaced: 1 s after the first failure, then twice as long each time. */
    Duration backOff(int desired, int ready, Instant now) {
        List<Failure> loop = Stream.concat(unregistered.stream(), lost.stream().filter(Failure::isUnregistered))
                .toList();
        List<Failure> badLuck = Stream.concat(registered.stream(), lost.stream().filter(f -> !f.isUnregistered()))
                .toList();
        // All executors that fail together are one round: twenty at once must not mean a wait of a minute.
        int slots = Math.max(1, desired - ready);
        int rounds = (loop.size() + slots - 1) / slots;
        Duration ofLoop = left(loop, rounds, now);
        Duration ofBadLuck = left(badLuck, badLuck.size() / Math.max(1, desired), now);
        return ofLoop.compareTo(ofBadLuck) > 0 ? ofLoop : ofBadLuck;
    }

    private static Duration left(List<Failure> failures, int rounds, Instant now) {
        Optional<Instant> latest = failures.stream().map(Failure::at).max(Comparator.naturalOrder());
        if (latest.isEmpty() || rounds == 0) {
            return Duration.ZERO;
        }
        Duration whole = Duration.ofSeconds(Math.min(LONGEST_BACK_OFF.toSeconds(), 1L << Math.min(rounds - 1, 6)));
        Duration left = Duration.between(now, latest.get().plus(whole));
        // An end far in the future is the time of a node whose clock is wrong: it says nothing.
        return left.isNegative() || left.compareTo(whole.multipliedBy(2)) > 0 ? Duration.ZERO : left;
    }

    /** Why to give up, if it is time to: never as long as one executor works. */
    Optional<String> tooMany(int desired, int ready) {
        if (ready > 0 || desired == 0) {
            return Optional.empty();
        }
        if (unregistered.size() >= loopSize(desired)) {
            return Optional.of(
                    unregistered.size() + " executors in a row ended before they had registered with the driver; "
                            + "the last of them: " + last().map(Failure::text).orElse(""));
        }
        if (registered.size() >= Math.max(10, 4 * desired)) {
            return Optional.of(registered.size() + " executors ended within " + RECENT.toMinutes() + " minutes; "
                    + "the last of them: " + last().map(Failure::text).orElse(""));
        }
        return Optional.empty();
    }

    /** What keeps the job from going on when the cluster ends executor after executor before one has registered. */
    Optional<Stall> keptFromStarting(int desired, int ready, Duration patience) {
        List<Failure> early = lost.stream().filter(Failure::isUnregistered).toList();
        return ready > 0 || desired == 0 || early.size() < loopSize(desired)
                ? Optional.empty()
                : latest(early.stream())
                        .map(f -> new Stall("ExecutorsLost", f.text(), patience, FailureCause.Infrastructure));
    }

    private static int loopSize(int desired) {
        return Math.max(3, 2 * desired);
    }

    /** The latest of the failures that matter still. */
    Optional<Failure> last() {
        return latest(Stream.concat(unregistered.stream(), registered.stream()));
    }

    /** The latest that the cluster has ended. */
    Optional<Failure> lastLost() {
        return latest(lost.stream());
    }

    /** Texts of the latest {@code count} failures, in the order in which they happened. */
    List<String> latest(int count) {
        return all.stream()
                .sorted(BY_TIME)
                .skip(Math.max(0, all.size() - count))
                .map(Failure::text)
                .toList();
    }

    private static Optional<Failure> latest(Stream<Failure> failures) {
        return failures.max(BY_TIME);
    }
}
