package io.pyjob.operator.local;

import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.Action;
import io.pyjob.operator.plan.DriverReport;
import io.pyjob.operator.plan.JobEvent;
import io.pyjob.operator.plan.Plan;
import io.pyjob.operator.plan.Planner;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.PodSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs one job to its end: observe, plan, carry out, and again at each event. */
final class LocalRun implements AgentEvent.Listener {
    private static final Duration CALM = Duration.ofSeconds(5);
    private static final int SIGINT = 2;

    private final PyJob job;
    private final LocalCluster cluster;
    private final BlockingQueue<AgentEvent> events;
    private final FreshSecrets secrets;
    private final PodSettings settings;
    private final Display display;
    private final Instant start = Instant.now();
    private OptionalInt cancelledBy = OptionalInt.empty();
    private boolean agentGone;

    LocalRun(
            PyJob job,
            LocalCluster cluster,
            BlockingQueue<AgentEvent> events,
            FreshSecrets secrets,
            PodSettings settings,
            Display display) {
        this.job = job;
        this.cluster = cluster;
        this.events = events;
        this.secrets = secrets;
        this.settings = settings;
        this.display = display;
    }

    /** How many executors the user wants; empty where Spark chooses. */
    static OptionalInt target(PyJob job) {
        ExecutorsSpec executors = job.getSpec().executors();
        return executors.min() == null && executors.max() == null
                ? OptionalInt.of(executors.instances())
                : OptionalInt.empty();
    }

    /** The job's last status; {@link #cancelledBy} tells whether the user ended it. */
    PyJobStatus toItsEnd() throws InterruptedException {
        PyJobStatus status = job.getStatus();
        while (!agentGone) {
            Plan plan = Planner.plan(job, cluster.observed(), Instant.now(), secrets, settings);
            for (Action action : plan.actions()) {
                action.carryOut(cluster);
            }
            status = plan.status();
            job.setStatus(status);
            plan.events().stream()
                    .filter(LocalRun::isTold)
                    .forEach(event -> display.say(job.getMetadata().getName() + ": " + event.message()));
            display.show(status, Duration.between(start, Instant.now()));
            Instant now = Instant.now();
            Optional<Instant> kill = cluster.carryOutDue(now);
            if (isOver(status)) {
                return status;
            }
            boolean planAgainAtOnce = plan.actions().stream().anyMatch(Action.CreateObject.class::isInstance);
            if (!planAgainAtOnce) {
                await(Stream.of(plan.recheckAfter(), kill.map(at -> Duration.between(now, at)), display.redrawAfter())
                        .flatMap(Optional::stream)
                        .min(Duration::compareTo)
                        .orElse(CALM));
            }
        }
        return status;
    }

    /** Of the events, only what is in no line of the status. */
    private static boolean isTold(JobEvent event) {
        boolean isOfPython =
                event.reason().startsWith("Python") || event.reason().equals("PreloadFailed");
        return event.reason().equals(Phase.Retrying.name()) || (event.isWarning() && isOfPython);
    }

    /** A driver's JVM that has a SparkContext is given the time to stop it; one that has none has nothing to lose. */
    private boolean isOver(PyJobStatus status) {
        return status.phase().isFinal() && !(cluster.hasDriverJvm() && cluster.hasSparkContext());
    }

    private void await(Duration longest) throws InterruptedException {
        AgentEvent event = events.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        List<AgentEvent> more = new ArrayList<>();
        events.drainTo(more);
        if (event != null) {
            event.tell(this);
        }
        more.forEach(next -> next.tell(this));
    }

    /** The signal by which the user ended the job, if so. */
    OptionalInt cancelledBy() {
        return cancelledBy;
    }

    /** Whether the agent was killed: then this process is the last of the run. */
    boolean hasLostAgent() {
        return agentGone;
    }

    @Override
    public void exited(String container, int code) {
        display.detail(() -> container + " ended with " + code);
        cluster.exited(container, code, Instant.now());
    }

    @Override
    public void cancelled(int signal) {
        if (cancelledBy.isEmpty()) {
            cancelledBy = OptionalInt.of(signal);
            display.say(signal == SIGINT ? "cancelling (again to end at once)" : "cancelling");
            job.getMetadata()
                    .setDeletionTimestamp(
                            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        }
    }

    @Override
    public void agentGone() {
        agentGone = true;
    }

    @Override
    public void reported(DriverReport report) {
        cluster.reported(report);
    }

    @Override
    public void environment(String bin) {
        throw new IllegalStateException("an environment came that nobody waits for: " + bin);
    }

    @Override
    public void environmentFailed(String why) {
        throw new IllegalStateException(why);
    }
}
