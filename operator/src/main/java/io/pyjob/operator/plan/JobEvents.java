package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.DriverReport.State;
import io.pyjob.operator.pods.PodIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is worth telling of a plan: what differs between the status before and the status after, and what it creates. */
final class JobEvents {
    private static final String DRIVER = "the driver's pod";

    /** As long as an event may be. */
    static final int LONGEST = 1000;

    /** Why executors are or are not ready when all is well, or when it is told otherwise. */
    private static final Set<String> NO_PROBLEM = Set.of(
            "Starting",
            "NoDriver",
            "Finished",
            Phase.Retrying.name(),
            Phase.Suspended.name(),
            ExecutorFleet.EXECUTOR_FAILED,
            ExecutorFleet.READY,
            ExecutorFleet.NONE_WANTED,
            ExecutorFleet.NOT_SEEN);

    private final Situation s;
    private final PyJobStatus after;
    private final List<JobEvent> events = new ArrayList<>();

    private JobEvents(Situation s, PyJobStatus after) {
        this.s = s;
        this.after = after;
    }

    static List<JobEvent> of(Situation s, List<Action> actions, PyJobStatus after, ExecutorFailures failures) {
        JobEvents events = new JobEvents(s, after);
        events.suspended();
        events.created(actions);
        events.started();
        events.failures(failures);
        events.scaled();
        events.stalled();
        events.readiness();
        events.memory();
        events.events.addAll(PythonTrouble.events(s.before(), after));
        events.preload();
        events.events.addAll(JarConflicts.events(s.before(), after));
        events.retrying();
        events.ended();
        return events.events;
    }

    private void suspended() {
        boolean was = s.before().phase() == Phase.Suspended;
        boolean is = after.phase() == Phase.Suspended;
        if (is && !was) {
            normal("Suspended", "spec.suspend is true: the job has no pods until it is false");
        } else if (was && !is && !after.phase().isFinal()) {
            normal("Resumed", "attempt " + after.attempt() + " begins");
        }
    }

    private void retrying() {
        if (after.attempt() > s.before().attempt() && after.phase() == Phase.Retrying) {
            condition(after, Conditions.RETRYING).ifPresent(retrying -> {
                if (reason(retrying).equals(Phase.Succeeded.name())) {
                    normal(Conditions.RETRYING, message(retrying));
                } else {
                    warning(Conditions.RETRYING, message(retrying));
                }
            });
        }
    }

    private void created(List<Action> actions) {
        Created created = new Created();
        actions.forEach(action -> action.carryOut(created));
        if (s.before().phase().isBeforePods()
                && !after.phase().isBeforePods()
                && s.driver().isPresent()) {
            created.driver = Optional.of(DRIVER); // by a plan before this one, which was refused the rest
        }
        Stream<String> executors = created.executors.isEmpty() ? Stream.empty() : Stream.of(ids(created.executors));
        String pods = Stream.concat(created.driver.stream(), executors).collect(Collectors.joining(" and "));
        if (!pods.isEmpty()) {
            normal("Created", "created " + pods);
        }
    }

    private static String ids(List<Integer> ids) {
        int first = ids.get(0);
        int last = ids.get(ids.size() - 1);
        return first == last ? "executor " + first : "executors " + first + " to " + last;
    }

    private void started() {
        if (s.before().phase() != Phase.Running && after.phase() == Phase.Running) {
            String how =
                    StartWords.of(after.timeline()).map(words -> ", " + words).orElse("");
            normal("Started", "the script is running" + how);
        }
    }

    private void failures(ExecutorFailures failures) {
        int count = after.executors().failed() - s.before().executors().failed();
        failures.latest(Math.max(0, count)).forEach(text -> warning(ExecutorFleet.EXECUTOR_FAILED, text));
    }

    private void scaled() {
        int from = s.before().executors().desired();
        int to = after.executors().desired();
        boolean stops = s.report().filter(r -> r.state() == State.STOPPING).isPresent();
        if (from == to
                || stops
                || s.before().phase().isBeforePods()
                || after.phase().isBeforePods()
                || after.phase().isFinal()) {
            return;
        }
        normal(from < to ? "ScaledUp" : "ScaledDown", "from " + from + " to " + to + " executors");
    }

    private void readiness() {
        Optional<Condition> was = condition(s.before(), Conditions.EXECUTORS_READY);
        Optional<Condition> is = condition(after, Conditions.EXECUTORS_READY);
        if (is.isEmpty()) {
            return;
        }
        Condition ready = is.get();
        boolean sameStatus =
                was.filter(c -> c.getStatus().equals(ready.getStatus())).isPresent();
        boolean sameReason =
                was.filter(c -> Stall.isSameKind(reason(c), reason(ready))).isPresent();
        if (ready.getStatus().equals("True") && !sameStatus && after.executors().desired() > 0) {
            normal("ExecutorsReady", message(ready));
        }
        boolean isToldAsStall = condition(after, Conditions.STALLED)
                .filter(JobEvents::isTrue)
                .filter(stall -> Stall.isSameKind(reason(stall), reason(ready)))
                .isPresent();
        boolean isProblem = !NO_PROBLEM.contains(reason(ready));
        if (isProblem && !isToldAsStall && !(sameReason && !isNewLoss(was, ready))) {
            warning(reason(ready), message(ready));
        }
    }

    /** One lost executor is not the other. */
    private static boolean isNewLoss(Optional<Condition> was, Condition is) {
        return reason(is).equals(ExecutorFleet.EXECUTOR_LOST)
                && was.filter(c -> problem(c).equals(problem(is))).isEmpty();
    }

    /** What follows the count in the message of a condition. */
    private static String problem(Condition condition) {
        String message = message(condition);
        return message.substring(message.indexOf(';') + 1);
    }

    private void stalled() {
        Optional<Condition> was = condition(s.before(), Conditions.STALLED).filter(JobEvents::isTrue);
        condition(after, Conditions.STALLED)
                .filter(JobEvents::isTrue)
                .filter(now -> was.filter(before -> Stall.isSameKind(reason(before), reason(now)))
                        .isEmpty())
                .ifPresent(now -> warning(reason(now), message(now)));
    }

    private void preload() {
        if (condition(s.before(), Conditions.PRELOAD_FAILED)
                .filter(JobEvents::isTrue)
                .isEmpty()) {
            condition(after, Conditions.PRELOAD_FAILED)
                    .filter(JobEvents::isTrue)
                    .ifPresent(now -> warning(Conditions.PRELOAD_FAILED, message(now)));
        }
    }

    /** A container that has reached its limit; single workers have events of their own. */
    private void memory() {
        Optional<Condition> was = condition(s.before(), Conditions.MEMORY_LIMIT_HIT);
        condition(after, Conditions.MEMORY_LIMIT_HIT)
                .filter(JobEvents::isTrue)
                .filter(now -> !PythonTrouble.isOfWorker(now))
                .filter(now -> was.filter(before -> message(before).equals(message(now)))
                        .isEmpty())
                .ifPresent(now -> warning(Conditions.MEMORY_LIMIT_HIT, message(now)));
    }

    private void ended() {
        String message = Objects.requireNonNullElse(after.message(), "");
        if (after.phase() == Phase.Succeeded) {
            normal(after.phase().name(), message);
        } else if (after.phase() == Phase.Failed) {
            warning(after.phase().name(), after.reason() + ": " + message);
        }
    }

    private static Optional<Condition> condition(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst();
    }

    private static boolean isTrue(Condition condition) {
        return "True".equals(condition.getStatus());
    }

    private static String reason(Condition condition) {
        return Objects.requireNonNullElse(condition.getReason(), "");
    }

    private static String message(Condition condition) {
        return Objects.requireNonNullElse(condition.getMessage(), "");
    }

    private void normal(String reason, String message) {
        events.add(JobEvent.normal(reason, cut(message)));
    }

    private void warning(String reason, String message) {
        events.add(JobEvent.warning(reason, cut(message)));
    }

    private static String cut(String message) {
        return message.length() <= LONGEST ? message : message.substring(0, LONGEST - 3) + "...";
    }

    /** Takes note of the pods that actions create. */
    private static final class Created implements Action.Effects {
        private Optional<String> driver = Optional.empty();
        private final List<Integer> executors = new ArrayList<>();

        @Override
        public void create(HasMetadata object) {
            // Of no interest: no job without them.
        }

        @Override
        public void createPod(Pod pod) {
            PodIdentity identity = PodIdentity.of(pod).orElseThrow();
            if (identity.executorId().isPresent()) {
                executors.add(identity.executorId().getAsInt());
            } else {
                driver = Optional.of(DRIVER);
            }
        }

        @Override
        public void deletePod(String name, String reason) {
            // The status tells why.
        }

        @Override
        public void deleteJob(String reason) {
            // Its events go with it.
        }
    }
}
