package io.pyjob.operator.plan;

import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.DriverReport.State;
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
 * @param all how many failures there are
 */
record ExecutorFailures(List<Failure> unregistered, List<Failure> registered, int all) {
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(60);
    private static final Duration RECENT = Duration.ofMinutes(10);

    /** One that ended. */
    record Failure(int executorId, Ended ended) {
        String text() {
            String code = "executor " + executorId + " ended with " + new ExitCode(ended.exitCode());
            return ended.message().isBlank()
                    ? code
                    : code + ": " + ended.message().strip();
        }
    }

    static ExecutorFailures of(Situation s, ExecutorTarget target) {
        int lastRegistered = s.report().map(DriverReport::lastExecutorId).orElse(0);
        List<Failure> all = s.executors().stream()
                .filter(pod -> failed(pod, s, target.state(), lastRegistered))
                .map(pod -> new Failure(
                        pod.executorId().orElseThrow(), pod.jvm().ended().orElseThrow()))
                .toList();
        return new ExecutorFailures(
                all.stream().filter(f -> f.executorId() > lastRegistered).toList(),
                all.stream()
                        .filter(f -> f.executorId() <= lastRegistered)
                        .filter(f -> f.ended().at().isAfter(s.now().minus(RECENT)))
                        .toList(),
                all.size());
    }

    private static boolean failed(ObservedPod pod, Situation s, State state, int lastRegistered) {
        Optional<Ended> ended = pod.jvm().ended();
        int id = pod.executorId().orElseThrow();
        if (ended.isEmpty() || pod.deleting() || state == State.STOPPING || s.wasKilled(pod)) {
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

    /** How long to wait before executors are replaced: 1 s after the first failure, then twice as long each time. */
    Duration backOff(int desired, int ready, Instant now) {
        // All executors that fail together are one round: twenty at once must not mean a wait of a minute.
        int slots = Math.max(1, desired - ready);
        int rounds = (unregistered.size() + slots - 1) / slots;
        Duration loop = left(unregistered, rounds, now);
        Duration badLuck = left(registered, registered.size() / Math.max(1, desired), now);
        return loop.compareTo(badLuck) > 0 ? loop : badLuck;
    }

    private static Duration left(List<Failure> failures, int rounds, Instant now) {
        Optional<Instant> latest = failures.stream().map(f -> f.ended().at()).max(Comparator.naturalOrder());
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
        if (unregistered.size() >= Math.max(3, 2 * desired)) {
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

    /** The latest of the failures that matter still. */
    Optional<Failure> last() {
        Comparator<Failure> byTime = Comparator.comparing(f -> f.ended().at());
        return Stream.concat(unregistered.stream(), registered.stream()).max(byTime.thenComparing(Failure::executorId));
    }
}
