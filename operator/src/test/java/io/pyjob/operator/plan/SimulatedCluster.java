package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.pyjob.api.Phase;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.PythonStatus;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.plan.DriverReport.State;
import io.pyjob.operator.plan.Refusal.Cause;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.PodIdentity;
import io.pyjob.operator.pods.PodSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One job in a cluster that obeys: what the planner asks for is there at once, and what happens to containers and to the
 * clock the test says. It keeps no rules of the planner's.
 */
final class SimulatedCluster implements Action.Effects {
    static final FreshSecrets FRESH = new FreshSecrets("a-spark-secret", "a-report-token");
    static final PodSettings SETTINGS = PodSettings.of("runtime", "python", "http://operator/report");
    static final Duration CAPACITY_PATIENCE = Duration.ofMinutes(30);
    static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

    final PyJob job;
    Instant now = START;
    boolean secret;
    boolean configMap;
    Optional<String> address = Optional.empty();
    Optional<DriverReport> report = Optional.empty();
    /** Why the API server refuses executors' pods, and why all else. */
    Optional<Cause> refusesExecutors = Optional.empty();

    Optional<Cause> refusesOthers = Optional.empty();
    List<Refusal> refusals = List.of();
    PodSettings settings = SETTINGS;
    final Map<String, ObservedPod> pods = new TreeMap<>();
    final Set<String> everCreated = new HashSet<>();
    final Set<String> createdAgain = new HashSet<>();

    SimulatedCluster(PyJob job) {
        this.job = job;
    }

    // What is there

    Observed observed() {
        return new Observed(secret, configMap, address, List.copyOf(pods.values()), report, refusals);
    }

    PyJobStatus status() {
        return job.getStatus();
    }

    ObservedPod driver() {
        return latestDriver().orElseThrow();
    }

    Optional<ObservedPod> latestDriver() {
        return pods.values().stream().filter(ObservedPod::isDriver).max(Comparator.comparingInt(ObservedPod::attempt));
    }

    ObservedPod executor(int id) {
        return pods.values().stream()
                .filter(pod -> pod.executorId().equals(OptionalInt.of(id)))
                .max(Comparator.comparingInt(ObservedPod::attempt))
                .orElseThrow();
    }

    /** Ids of executors whose JVM has not ended and that have not been told to go. */
    List<Integer> liveExecutors() {
        return pods.values().stream()
                .filter(pod -> !pod.isDriver() && pod.jvm().ended().isEmpty() && !pod.deleting())
                .map(pod -> pod.executorId().orElseThrow())
                .sorted()
                .toList();
    }

    // What the planner makes of it

    Plan plan() {
        return Planner.plan(job, observed(), now, FRESH, settings, CAPACITY_PATIENCE);
    }

    /** Plans and carries out once; once more if that is refused. */
    Plan step() {
        Plan plan = carryOut(this::observed);
        job.setStatus(plan.status());
        return plan;
    }

    /** Carries out what is planned from {@code sight}, and writes no status. */
    Plan carryOut(Supplier<Observed> sight) {
        while (true) {
            Plan plan = Planner.plan(job, sight.get(), now, FRESH, settings, CAPACITY_PATIENCE);
            try {
                plan.actions().forEach(action -> action.carryOut(this));
                return plan;
            } catch (Refused refused) {
                refusals = Stream.concat(
                                refusals.stream().filter(r -> r.isExecutor() != refused.isExecutor),
                                Stream.of(refused.refusal(now, refusals)))
                        .toList();
            }
        }
    }

    /** Thrown out of an action. */
    private static final class Refused extends RuntimeException {
        private final String object;
        private final boolean isExecutor;
        private final Cause refusalCause;

        Refused(String object, boolean isExecutor, Cause refusalCause) {
            this.object = object;
            this.isExecutor = isExecutor;
            this.refusalCause = refusalCause;
        }

        Refusal refusal(Instant now, List<Refusal> before) {
            int times = before.stream()
                    .filter(r -> r.isExecutor() == isExecutor)
                    .mapToInt(Refusal::times)
                    .sum();
            return new Refusal(object, isExecutor, refusalCause, "refused", now, times + 1);
        }
    }

    private void maybeRefuse(String object, boolean isExecutor) {
        (isExecutor ? refusesExecutors : refusesOthers).ifPresent(cause -> {
            throw new Refused(object, isExecutor, cause);
        });
        refusals = refusals.stream().filter(r -> r.isExecutor() != isExecutor).toList();
    }

    /** Plans and carries out until there is nothing to do: some plans follow at once from the one before. */
    Plan settle() {
        Plan plan = step();
        for (int i = 0; i < 10 && !(plan.actions().isEmpty() && !isSuspending(plan)); i++) {
            plan = step();
        }
        return plan;
    }

    /** Of a suspended job the pods go with the plan after. */
    private static boolean isSuspending(Plan plan) {
        return plan.status().phase() == Phase.Suspended
                && plan.recheckAfter().filter(Duration::isZero).isPresent();
    }

    Plan settleAfter(Duration time) {
        pass(time);
        return settle();
    }

    @Override
    public void create(HasMetadata object) {
        maybeRefuse(object.getKind(), false);
        secret |= object instanceof Secret;
        configMap |= object instanceof ConfigMap;
        if (object instanceof Service) {
            address = Optional.of("10.96.0.17");
        }
    }

    @Override
    public void createPod(Pod pod) {
        String name = pod.getMetadata().getName();
        if (pods.containsKey(name)) {
            return;
        }
        maybeRefuse(name, PodIdentity.of(pod).orElseThrow().executorId().isPresent());
        if (!everCreated.add(name)) {
            createdAgain.add(name);
        }
        PodIdentity identity = PodIdentity.of(pod).orElseThrow();
        pods.put(
                name,
                new ObservedPod(
                        name, identity.attempt(), identity.executorId(), Waiting.TO_START, Waiting.TO_START, false));
    }

    @Override
    public void deletePod(String name, String reason) {
        ObservedPod pod = pods.get(name);
        if (pod != null) {
            pods.put(
                    name,
                    new ObservedPod(
                            name,
                            pod.attempt(),
                            pod.executorId(),
                            pod.jvm(),
                            pod.python(),
                            true,
                            pod.nodeSince(),
                            pod.unscheduled(),
                            pod.loss(),
                            pod.pythonBefore()));
        }
    }

    @Override
    public void deleteJob(String reason) {
        job.getMetadata().setDeletionTimestamp(now.toString());
    }

    // What happens to it

    void pass(Duration time) {
        now = now.plus(time);
    }

    void states(ObservedPod pod, ContainerState jvm, ContainerState python) {
        pods.put(
                pod.name(),
                new ObservedPod(
                        pod.name(),
                        pod.attempt(),
                        pod.executorId(),
                        jvm,
                        python,
                        pod.deleting(),
                        pod.nodeSince(),
                        Optional.empty(),
                        pod.loss(),
                        pod.pythonBefore()));
    }

    /** The scheduler finds no node for it. */
    void unscheduled(ObservedPod pod, String why) {
        pods.put(
                pod.name(),
                new ObservedPod(
                        pod.name(),
                        pod.attempt(),
                        pod.executorId(),
                        Waiting.TO_START,
                        Waiting.TO_START,
                        pod.deleting(),
                        Optional.empty(),
                        Optional.of(why),
                        Optional.empty(),
                        Optional.empty()));
    }

    /** Its node ends it. */
    void lose(ObservedPod pod, String reason, boolean neverStarted) {
        pods.put(
                pod.name(),
                new ObservedPod(
                        pod.name(),
                        pod.attempt(),
                        pod.executorId(),
                        lost(pod.jvm()),
                        lost(pod.python()),
                        pod.deleting(),
                        pod.nodeSince(),
                        Optional.empty(),
                        Optional.of(new PodLoss(reason, "the node was low on memory", now, neverStarted)),
                        pod.pythonBefore()));
    }

    private ContainerState lost(ContainerState state) {
        return state.ended().isPresent() ? state : new Ended(137, now, "", Ended.LOST);
    }

    /** Its sidecar has been started again. */
    void restartPython(ObservedPod pod, ContainerState python, Ended before) {
        pods.put(
                pod.name(),
                new ObservedPod(
                        pod.name(),
                        pod.attempt(),
                        pod.executorId(),
                        pod.jvm(),
                        python,
                        pod.deleting(),
                        pod.nodeSince(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(before)));
    }

    /** The scheduler has found a node for it, now. */
    void schedule(ObservedPod pod) {
        pods.put(
                pod.name(),
                new ObservedPod(
                        pod.name(),
                        pod.attempt(),
                        pod.executorId(),
                        new Waiting("ContainerCreating", ""),
                        new Waiting("ContainerCreating", ""),
                        pod.deleting(),
                        Optional.of(now),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    void jvm(ObservedPod pod, ContainerState jvm) {
        states(pod, jvm, pod.python());
    }

    void python(ObservedPod pod, ContainerState python) {
        states(pod, pod.jvm(), python);
    }

    /** Every container that waits runs. */
    void startAll() {
        for (ObservedPod pod : List.copyOf(pods.values())) {
            states(pod, started(pod.jvm()), started(pod.python()));
        }
    }

    private ContainerState started(ContainerState state) {
        return state instanceof Waiting ? new Running(now) : state;
    }

    Ended ended(int exitCode, String message) {
        return new Ended(exitCode, now, message);
    }

    void endJvm(ObservedPod pod, int exitCode, String message) {
        jvm(pod, ended(exitCode, message));
    }

    void endScript(int exitCode, String message) {
        python(driver(), ended(exitCode, message));
    }

    /** The driver reports what has gone wrong with Python workers, and nothing else that is new. */
    void reportPython(PythonStatus python) {
        DriverReport r = report.orElseThrow();
        report = Optional.of(new DriverReport(
                r.attempt(),
                r.state(),
                r.wanted(),
                r.registered(),
                r.lastExecutorId(),
                r.killed(),
                r.progress(),
                python));
    }

    /** The driver reports jars that do not go together. */
    void reportConflicts(String... conflicts) {
        DriverReport r = report.orElseThrow();
        report = Optional.of(new DriverReport(
                r.attempt(),
                r.state(),
                r.wanted(),
                r.registered(),
                r.lastExecutorId(),
                r.killed(),
                r.progress(),
                r.python(),
                r.timeline(),
                List.of(conflicts)));
    }

    /** The driver reports. */
    void report(State state, int wanted, int registered, int lastId, Integer... killed) {
        report = Optional.of(
                new DriverReport(status().attempt(), state, wanted, registered, lastId, Set.of(killed), Progress.NONE));
    }

    /** A job whose script and executors run. */
    static SimulatedCluster running(PyJob job) {
        SimulatedCluster cluster = new SimulatedCluster(job);
        cluster.run();
        return cluster;
    }

    /** Script and executors of an attempt start. */
    void run() {
        settle();
        startAll();
        int executors = liveExecutors().size();
        pass(Duration.ofSeconds(3));
        report(State.RUNNING, executors, executors, executors);
        settle();
    }

    /** The driver's containers end, the script's with that exit code, and so do the executors. */
    void endAttempt(int exitCode, String message) {
        endScript(exitCode, message);
        endJvm(driver(), 0, "");
        for (ObservedPod pod : List.copyOf(pods.values())) {
            if (!pod.isDriver() && pod.jvm().ended().isEmpty()) {
                states(pod, ended(0, ""), ended(0, ""));
            }
        }
    }

    /** Time passes, plan by plan, until a plan follows from none before it. */
    Plan settleFor(Duration time) {
        Instant until = now.plus(time);
        Plan plan = settle();
        while (now.isBefore(until)) {
            Duration wait = plan.recheckAfter().orElse(time);
            now = now.plus(wait).isAfter(until) ? until : now.plus(wait);
            gone();
            plan = settle();
        }
        return plan;
    }

    /** Pods that were told to go, go. */
    void gone() {
        pods.values().removeIf(ObservedPod::deleting);
    }

    /** Names of the pods that {@code plan} creates. */
    static List<String> created(Plan plan) {
        List<String> names = new ArrayList<>();
        Action.Effects recorder = new Recorder(names, new ArrayList<>());
        plan.actions().forEach(action -> action.carryOut(recorder));
        return names;
    }

    /** Names of the pods that {@code plan} deletes. */
    static List<String> deleted(Plan plan) {
        List<String> names = new ArrayList<>();
        Action.Effects recorder = new Recorder(new ArrayList<>(), names);
        plan.actions().forEach(action -> action.carryOut(recorder));
        return names;
    }

    private record Recorder(List<String> created, List<String> deleted) implements Action.Effects {
        @Override
        public void create(HasMetadata object) {
            created.add(object.getKind());
        }

        @Override
        public void createPod(Pod pod) {
            created.add(pod.getMetadata().getName());
        }

        @Override
        public void deletePod(String name, String reason) {
            deleted.add(name);
        }

        @Override
        public void deleteJob(String reason) {
            deleted.add("the job");
        }
    }
}
