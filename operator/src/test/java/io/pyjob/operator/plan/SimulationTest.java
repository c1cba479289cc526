package io.pyjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.AttemptStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.RestartPolicy;
import io.pyjob.api.RestartSpec;
import io.pyjob.operator.plan.Action.CreatePod;
import io.pyjob.operator.plan.Action.DeleteJob;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.plan.DriverReport.State;
import io.pyjob.operator.plan.Refusal.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of jobs in clusters where all that can happen does: containers start late, fail and are deleted, drivers report
 * or do not, plans are made from old observations and carried out in part. What must hold always is checked at every step.
 */
final class SimulationTest {
    private static final int JOBS = 60;
    private static final int STEPS = 100;

    /** Long enough for every patience, back-off and grace of the planner. */
    private static final Duration ENOUGH = Duration.ofMinutes(20);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 20, 24})
    void whateverHappensTheRulesHold(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < JOBS; i++) {
            PyJob job = random.nextBoolean()
                    ? Jobs.withExecutors(random.nextInt(5))
                    : Jobs.dynamic(random.nextInt(5), random.nextInt(2), 2 + random.nextInt(4));
            new Life(withLife(job, random), random, "seed " + seed + ", job " + i).live();
        }
    }

    /** Half of the jobs say when they are run again, how long they may take and what goes by itself. */
    private static PyJob withLife(PyJob job, Random random) {
        if (random.nextBoolean()) {
            return job;
        }
        RestartPolicy policy = List.of(RestartPolicy.Never, RestartPolicy.OnFailure, RestartPolicy.Always)
                .get(random.nextInt(3));
        Integer retries = policy == RestartPolicy.Never || random.nextBoolean() ? null : random.nextInt(4);
        Integer losses = random.nextBoolean() ? null : random.nextInt(4);
        Jobs.restart(job, new RestartSpec(policy, retries, losses, "2s", "20s", "1m"));
        Jobs.timeout(job, random.nextBoolean() ? null : "40s", random.nextBoolean() ? null : "3m");
        Jobs.ttl(job, random.nextBoolean() ? null : "30s", random.nextBoolean() ? null : "2m");
        return Jobs.suspend(job, random.nextInt(4) == 0);
    }

    /** One job from its creation to its end. */
    private static final class Life {
        private final SimulatedCluster cluster;
        private final Random random;
        private final String title;
        private final Set<Integer> killed = new HashSet<>();
        private final Set<Integer> registered = new HashSet<>();
        private State state = State.STARTING;
        private int wanted;
        private int lastRegistered;
        private int blind;
        private int refusedDrivers;
        private int attempt = 1;
        private final boolean isNeverRunAgain;
        private boolean wasSuspended;
        private Observed sight = Observed.NOTHING;
        private Optional<PyJobStatus> result = Optional.empty();

        Life(PyJob job, Random random, String title) {
            this.cluster = new SimulatedCluster(job);
            this.random = random;
            this.isNeverRunAgain = job.getSpec().restart().equals(RestartSpec.DEFAULT);
            this.title = title;
            this.wanted = random.nextInt(5);
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                cluster.pass(Duration.ofMillis(random.nextInt(4_000)));
                happen();
                look();
                planAndCarryOut();
                check();
            }
            end();
        }

        /** In the end the script ends, if nothing else has ended the job, and all comes to rest. */
        private void end() {
            cluster.refusesExecutors = Optional.empty();
            cluster.refusesOthers = Optional.empty();
            Jobs.suspend(Jobs.restart(cluster.job, RestartSpec.DEFAULT), false);
            Duration waited = Duration.ZERO;
            int plans = 0;
            boolean rest = false;
            while (!rest) {
                assertThat(waited).as(title).isLessThan(ENOUGH);
                assertThat(plans++).as(title).isLessThan(200);
                cluster.startAll();
                cluster.latestDriver()
                        .filter(d -> d.python().ended().isEmpty())
                        .ifPresent(d -> cluster.endScript(random.nextInt(2), ""));
                gone();
                Plan plan = cluster.step();
                check();
                keepsItsResult(plan);
                rest = plan.actions().isEmpty() && plan.recheckAfter().isEmpty();
                Duration wait = plan.recheckAfter().orElse(Duration.ZERO);
                cluster.pass(wait);
                waited = waited.plus(wait);
            }
            assertThat(cluster.status().phase().isFinal()).as(title).isTrue();
            assertThat(cluster.liveExecutors()).as(title).isEmpty();
        }

        /** Something that may happen in a cluster. */
        private void happen() {
            gone();
            List<ObservedPod> pods = new ArrayList<>(cluster.pods.values());
            Collections.shuffle(pods, random);
            for (ObservedPod pod : pods.subList(0, Math.min(2, pods.size()))) {
                happenTo(pod);
            }
            if (random.nextInt(60) == 0 && cluster.job.getSpec().executors().min() == null) {
                Jobs.scale(cluster.job, random.nextInt(6));
            }
            if (random.nextInt(40) == 0) {
                boolean suspend = random.nextBoolean();
                wasSuspended |= suspend;
                Jobs.suspend(cluster.job, suspend);
            }
            if (random.nextInt(300) == 0) {
                cluster.job.getMetadata().setDeletionTimestamp(cluster.now.toString());
            }
            if (random.nextInt(15) == 0) {
                cluster.refusesExecutors = maybe(Cause.QUOTA_EXCEEDED);
            }
            if (random.nextInt(30) == 0) {
                cluster.refusesOthers = maybe(random.nextInt(20) == 0 ? Cause.INVALID : Cause.NAME_TAKEN);
            }
            talk();
        }

        private <T> Optional<T> maybe(T value) {
            return random.nextInt(3) == 0 ? Optional.of(value) : Optional.empty();
        }

        private void happenTo(ObservedPod pod) {
            if (pod.jvm() instanceof Waiting && pod.python() instanceof Waiting && random.nextInt(10) == 0) {
                cluster.unscheduled(pod, "0/3 nodes are available");
                return;
            }
            if (pod.isDriver() && pod.loss().isEmpty() && pod.python() instanceof Waiting && random.nextInt(8) == 0) {
                cluster.lose(pod, "OutOfcpu", true);
                refusedDrivers++;
                return;
            }
            if (random.nextInt(pod.isDriver() ? 300 : 30) == 0) {
                cluster.lose(pod, "Evicted", false);
                return;
            }
            if (pod.isDriver() ? random.nextInt(80) == 0 : random.nextInt(4) == 0) {
                if (pod.jvm() instanceof Running) {
                    cluster.endJvm(pod, exitCode(), random.nextBoolean() ? "" : "a message");
                    return;
                }
            }
            if (pod.isDriver() && random.nextInt(60) == 0 && pod.python() instanceof Running) {
                cluster.python(pod, cluster.ended(exitCode(), ""));
                return;
            }
            if (random.nextInt(pod.isDriver() ? 300 : 40) == 0 && wasAccountedFor(pod)) {
                cluster.pods.remove(pod.name()); // by somebody, or with its node
                return;
            }
            if (pod.jvm() instanceof Waiting) {
                cluster.states(
                        pod,
                        random.nextInt(10) == 0 ? new Waiting("ImagePullBackOff", "") : new Running(cluster.now),
                        new Running(cluster.now));
            } else if (pod.python() instanceof Waiting) {
                cluster.python(pod, new Running(cluster.now));
            }
        }

        /**
         * Whether a status was written after that pod was created. One that vanishes before that has never been, as far as
         * anybody can know.
         */
        private boolean wasAccountedFor(ObservedPod pod) {
            PyJobStatus status = cluster.status();
            return status != null
                    && (pod.isDriver()
                            ? pod.attempt() < status.attempt()
                                    || !status.phase().isBeforePods()
                            : pod.attempt() < status.attempt()
                                    || status.executors().lastId()
                                            >= pod.executorId().orElseThrow());
        }

        private int exitCode() {
            int[] codes = {0, 0, 1, 70, 137, 143};
            return codes[random.nextInt(codes.length)];
        }

        /** Pods that were told to go, go. */
        private void gone() {
            List.copyOf(cluster.pods.values()).stream()
                    .filter(ObservedPod::deleting)
                    .filter(pod -> random.nextInt(3) > 0)
                    .forEach(pod -> cluster.pods.remove(pod.name()));
        }

        /** The driver tells, if it lives. */
        private void talk() {
            boolean alive =
                    cluster.pods.values().stream().anyMatch(pod -> pod.isDriver() && pod.jvm() instanceof Running);
            if (!alive) {
                return;
            }
            if (cluster.status() != null && cluster.status().attempt() > attempt) {
                attempt = cluster.status().attempt();
                state = State.STARTING;
                killed.clear();
                registered.clear();
                lastRegistered = 0;
            }
            Set<Integer> running = cluster.pods.values().stream()
                    .filter(pod -> pod.attempt() == attempt)
                    .filter(pod -> !pod.isDriver() && pod.jvm() instanceof Running)
                    .map(pod -> pod.executorId().orElseThrow())
                    .collect(Collectors.toSet());
            registered.retainAll(running);
            if (state == State.RUNNING) {
                running.stream().filter(id -> random.nextInt(3) == 0).forEach(registered::add);
                lastRegistered = Math.max(
                        lastRegistered,
                        registered.stream().mapToInt(id -> id).max().orElse(0));
                registered.stream().filter(id -> random.nextInt(15) == 0).forEach(killed::add);
            }
            if (random.nextInt(5) == 0) {
                wanted = random.nextInt(6);
            }
            if (random.nextInt(15) == 0) {
                state = state == State.RUNNING ? State.STOPPING : State.RUNNING;
            }
            if (random.nextInt(3) > 0) {
                cluster.report = Optional.of(new DriverReport(
                        attempt, state, wanted, registered.size(), lastRegistered, killed, Progress.NONE));
            }
            if (random.nextInt(50) == 0) {
                cluster.report = Optional.empty(); // the operator has started anew
            }
        }

        /** The planner's sight is that of now, or remains for a moment what it was: never for longer than it bears with. */
        private void look() {
            if (random.nextInt(3) > 0 || ++blind > 2) {
                blind = 0;
                sight = cluster.observed();
            } else {
                sight = new Observed(
                        sight.secret(),
                        sight.configMap(),
                        sight.driverAddress(),
                        sight.pods(),
                        cluster.report,
                        cluster.refusals);
            }
        }

        private void planAndCarryOut() {
            Plan plan = plan(sight);
            assertThat(plan(shuffled(sight))).as(title).isEqualTo(plan);
            int before = working();
            boolean refuses = cluster.refusesOthers.isPresent() || cluster.refusesExecutors.isPresent();
            if (!refuses && random.nextInt(10) == 0) { // the API server fails half way, and no status is written
                plan.actions().stream()
                        .limit(random.nextInt(1 + plan.actions().size()))
                        .forEach(action -> action.carryOut(cluster));
                return;
            }
            boolean current = sight.equals(cluster.observed());
            Set<String> old = Set.copyOf(cluster.everCreated);
            plan = cluster.carryOut(() -> withCreatedSince(old));
            cluster.job.setStatus(plan.status());
            assertThat(working())
                    .as(title)
                    .isLessThanOrEqualTo(Math.max(plan.status().executors().desired(), before));
            boolean isMoreToCome = plan.actions().stream().anyMatch(DeleteJob.class::isInstance)
                    || plan.recheckAfter().filter(Duration::isZero).isPresent();
            if (current
                    && !isMoreToCome
                    && plan.status().phase() != Phase.Pending) { // when Pending, an address has just become known
                assertThat(plan(cluster.observed()).actions()).as(title).isEmpty();
            }
            if (current && !isMoreToCome && plan.status().phase() == Phase.Suspended) {
                assertThat(cluster.pods.values())
                        .as(title + ": a suspended job has no pods that run")
                        .allMatch(pod -> pod.deleting() || Ending.hasEnded(pod));
            }
            keepsItsResult(plan);
        }

        /** What a plan has created is in sight of the next, though nothing else is new. */
        private Observed withCreatedSince(Set<String> old) {
            List<ObservedPod> pods = new ArrayList<>(sight.pods());
            cluster.pods.values().stream()
                    .filter(pod -> !old.contains(pod.name()))
                    .forEach(pods::add);
            return new Observed(
                    sight.secret(), sight.configMap(), sight.driverAddress(), pods, sight.report(), cluster.refusals);
        }

        private void keepsItsResult(Plan plan) {
            PyJobStatus status = plan.status();
            result.ifPresent(r -> {
                assertThat(plan.actions()).as(title).noneMatch(CreatePod.class::isInstance);
                assertThat(status.phase()).as(title).isEqualTo(r.phase());
                assertThat(status.message()).as(title).isEqualTo(r.message());
                assertThat(status.exitCode()).as(title).isEqualTo(r.exitCode());
                assertThat(status.completionTime()).as(title).isEqualTo(r.completionTime());
            });
            if (status.phase().isFinal() && result.isEmpty()) {
                result = Optional.of(status);
            }
        }

        /** How many executors work or will; those that Spark has told to go do not count, as far as it has said so. */
        private int working() {
            Set<Integer> told = cluster.report.map(DriverReport::killed).orElse(Set.of());
            return (int) cluster.liveExecutors().stream()
                    .filter(id -> !told.contains(id))
                    .count();
        }

        private Plan plan(Observed seen) {
            return Planner.plan(
                    cluster.job,
                    seen,
                    cluster.now,
                    SimulatedCluster.FRESH,
                    SimulatedCluster.SETTINGS,
                    SimulatedCluster.CAPACITY_PATIENCE);
        }

        private Observed shuffled(Observed seen) {
            List<ObservedPod> pods = new ArrayList<>(seen.pods());
            Collections.shuffle(pods, random);
            return new Observed(
                    seen.secret(), seen.configMap(), seen.driverAddress(), pods, seen.report(), seen.refusals());
        }

        private void check() {
            assertThat(cluster.createdAgain)
                    .as(title + ": no driver comes twice, and no executor's id")
                    .isEmpty();
            if (isNeverRunAgain && !wasSuspended) {
                assertThat(cluster.everCreated.stream().filter(name -> name.endsWith("-driver")))
                        .as(title)
                        .hasSizeLessThanOrEqualTo(1 + refusedDrivers);
            }
            assertThat(cluster.pods.values())
                    .as(title + ": no script runs beside itself")
                    .filteredOn(pod -> pod.isDriver() && !Ending.hasEnded(pod))
                    .hasSizeLessThanOrEqualTo(1);
            if (cluster.status() != null) {
                assertThat(cluster.status().attempts())
                        .as(title)
                        .hasSizeLessThanOrEqualTo(AttemptHistory.MOST)
                        .isSortedAccordingTo(Comparator.comparing(AttemptStatus::number));
            }
        }
    }
}
