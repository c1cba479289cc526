package io.pyjob.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.pyjob.operator.health.Liveness;
import io.pyjob.operator.health.ManagementEndpoint;
import io.pyjob.operator.health.Stage;
import io.pyjob.operator.http.Answer;
import io.pyjob.operator.http.BoundedServer;
import io.pyjob.operator.http.Endpoint;
import io.pyjob.operator.http.Limits;
import io.pyjob.operator.http.Reception;
import io.pyjob.operator.kube.KubeSettings;
import io.pyjob.operator.kube.PyJobReconciler;
import io.pyjob.operator.kube.PyJobScheduleReconciler;
import io.pyjob.operator.leader.Leadership;
import io.pyjob.operator.leader.LeaseSettings;
import io.pyjob.operator.leader.ReportAddress;
import io.pyjob.operator.leader.ReportAddressKeeper;
import io.pyjob.operator.logs.ApiFailure;
import io.pyjob.operator.logs.JobLog;
import io.pyjob.operator.metrics.OperatorMetrics;
import io.pyjob.operator.report.ReportEndpoint;
import io.pyjob.operator.start.Lack;
import io.pyjob.operator.start.Preflight;
import io.pyjob.operator.start.Right;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the process: it checks what it needs, waits for the lease, works, and ends.
 *
 * <p>There is one way in and two ways out. Asked to end, it stops in order, gives the lease up and exits with 0. If it
 * cannot go on, it says why and exits at once with another code: Kubernetes starts it anew.
 */
final class OperatorProcess {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
    private static final int FAILED = 1;
    private static final Duration START_PAUSE = Duration.ofSeconds(3);
    private static final Duration LAST_WORK = Duration.ofSeconds(4);
    private static final Duration LAST_RESORT = Duration.ofSeconds(9);

    private final OperatorConfig config;
    private final Clock clock = Clock.systemUTC();
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile Stage stage = Stage.STARTING;
    private volatile int exitCode;

    /** What is to be undone at the end, the latest first. */
    private final Deque<Runnable> undo = new ConcurrentLinkedDeque<>();

    OperatorProcess(OperatorConfig config) {
        this.config = config;
    }

    void run() throws InterruptedException {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            if (!ending.get()) {
                LOG.error("this is a defect of PyJob", e);
            }
            end(FAILED, "thread " + thread.getName() + " has failed");
        });
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
        OperatorMetrics metrics = new OperatorMetrics(() -> stage == Stage.LEADING);
        KubernetesClient client = client(metrics);
        KubernetesClient prompt = ApiClients.prompt(client, config.lease());
        PyJobReconciler reconciler = reconciler(client, metrics);
        PyJobScheduleReconciler schedules = new PyJobScheduleReconciler(
                client, (schedule, before, after) -> metrics.schedules().changed(before, after), clock);
        listen(
                "management",
                config.managementPort(),
                new ManagementEndpoint(
                        () -> stage,
                        new Liveness(metrics.reconciliations()::longest)::stuck,
                        () -> metrics.scrape(reconciler.jobs(), schedules.schedules())),
                (status, took) -> {});
        listen("report", config.reports().port(), reports(reconciler), metrics::reportAnswered);
        passPreflight(new Preflight(
                prompt,
                config.namespaces(),
                Right.forJobs(config.pods().networkPolicies()),
                new Preflight.Own(
                        config.self().namespace(),
                        config.reports().service(),
                        config.lease().map(LeaseSettings::name))));
        config.lease().ifPresent(lease -> acquire(lease, prompt));
        lead(client, prompt, reconciler, schedules, metrics);
    }

    private KubernetesClient client(OperatorMetrics metrics) {
        try {
            return ApiClients.client(metrics.apiRequests());
        } catch (KubernetesClientException e) {
            throw end(
                    Lack.UNAVAILABLE,
                    "KUBECONFIG, or the pod's service account, does not make a client of an API server: "
                            + ApiFailure.root(e));
        }
    }

    private PyJobReconciler reconciler(KubernetesClient client, OperatorMetrics metrics) {
        return new PyJobReconciler(
                client,
                new KubeSettings(config.pods(), config.unschedulableTimeout()),
                (job, before, after) -> {
                    Instant now = clock.instant();
                    JobLog.changed(job, before, after, now);
                    metrics.jobs().changed(job, before, after, now);
                },
                clock);
    }

    /** Who does not lead says so: its knowledge of jobs may be old, and nobody would act on the report. */
    private Endpoint reports(PyJobReconciler reconciler) {
        Endpoint reports = new ReportEndpoint(config.reports().path(), reconciler.reportedJobs(), new ObjectMapper());
        Reception notHere = new Reception.Answered(Answer.json(503, "{\"error\":\"this operator does not lead\"}"));
        return head -> stage == Stage.LEADING ? reports.receive(head) : notHere;
    }

    private void listen(String name, int port, Endpoint endpoint, BoundedServer.Listener listener)
            throws InterruptedException {
        try {
            undo.push(BoundedServer.listen(name, port, endpoint, Limits.DEFAULT, listener)::close);
        } catch (IOException e) {
            throw end(Lack.UNAVAILABLE, "the " + name + " server does not start: " + e.getMessage());
        }
    }

    private void passPreflight(Preflight preflight) throws InterruptedException {
        Instant start = clock.instant();
        String told = "";
        while (true) {
            Optional<Lack> lack = preflight.lack();
            if (lack.isEmpty()) {
                return;
            }
            String message = lack.get().message();
            Duration patience = lack.get().patience();
            if (Duration.between(start, clock.instant()).compareTo(patience) > 0) {
                throw end(lack.get().exitCode(), message);
            }
            if (!message.equals(told)) {
                LOG.warn("waiting up to {} s, since {}", patience.toSeconds(), message);
                told = message;
            }
            Thread.sleep(START_PAUSE.toMillis());
        }
    }

    private void acquire(LeaseSettings lease, KubernetesClient prompt) {
        Leadership leadership = new Leadership(
                prompt, lease, config.self().namespace(), config.self().podName(), this::endAtOnce);
        undo.push(leadership::release);
        stage = Stage.STANDBY;
        LOG.info("waiting for the lease {}", lease.name());
        try {
            leadership.acquire();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the main thread", e);
        }
    }

    private void lead(
            KubernetesClient client,
            KubernetesClient prompt,
            PyJobReconciler reconciler,
            PyJobScheduleReconciler schedules,
            OperatorMetrics metrics)
            throws InterruptedException {
        if (ending.get()) {
            return;
        }
        stage = Stage.TAKING_OVER;
        Operator operator = new Operator(o -> {
            PyJobReconciler.configure(o);
            o.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withConcurrentReconciliationThreads(config.reconcileThreads())
                    .withReconciliationTerminationTimeout(LAST_WORK)
                    .withMetrics(metrics.reconciliations())
                    .withInformerStoppedHandler(this::informerStopped);
        });
        operator.register(reconciler, this::watch);
        operator.register(schedules, this::watch);
        undo.push(operator::stop);
        try {
            operator.start();
        } catch (OperatorException e) {
            LOG.debug("JOSDK could not start", e);
            throw end(Lack.UNAVAILABLE, "what there is cannot be read from the API server: " + ApiFailure.root(e));
        }
        ReportAddressKeeper address = new ReportAddressKeeper(
                prompt,
                new ReportAddress(
                        config.reports().service(),
                        config.self().namespace(),
                        config.self().podName(),
                        config.self().podIp(),
                        config.reports().port()));
        undo.push(address::stop);
        address.start();
        stage = Stage.LEADING;
        LOG.info(
                "{} leads: it runs the PyJobs of {}",
                config.self().podName(),
                config.namespaces().isEmpty() ? "all namespaces" : String.join(", ", config.namespaces()));
    }

    private void watch(ControllerConfigurationOverrider<?> controller) {
        if (config.namespaces().isEmpty()) {
            controller.watchingAllNamespaces();
        } else {
            controller.settingNamespaces(config.namespaces());
        }
    }

    /** An informer goes on trying for as long as there is hope, and starts only if it has synced. */
    private void informerStopped(SharedIndexInformer<?> informer, @Nullable Throwable why) {
        if (why != null && informer.hasSynced()) {
            String kind = informer.getApiTypeClass().getSimpleName();
            // Not on the informer's thread, which ending in order may need.
            new Thread(
                            () -> end(FAILED, "nothing is told any more of " + kind + "s: " + ApiFailure.root(why)),
                            "informer-stopped")
                    .start();
        }
    }

    /** Ends in order, though not well; never returns. */
    private Error end(int code, String why) {
        if (!ending.get()) {
            LOG.error("the operator ends: {}", why);
            exitCode = code;
        }
        System.exit(code); // the shutdown hook does the rest
        throw new IllegalStateException(why);
    }

    /** Another may lead already: nothing more must be done, not even the release of what is held. */
    private void endAtOnce(String why) {
        if (ending.compareAndSet(false, true)) {
            LOG.error("the operator ends: {}", why);
            halt(FAILED);
        }
    }

    private void stop() {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        stage = Stage.STOPPING;
        LOG.info("the operator stops");
        Thread lastResort = new Thread(
                () -> {
                    try {
                        Thread.sleep(LAST_RESORT.toMillis());
                    } catch (InterruptedException e) {
                        return;
                    }
                    LOG.error("the operator could not stop within {} s", LAST_RESORT.toSeconds());
                    halt(FAILED);
                },
                "last-resort");
        lastResort.setDaemon(true);
        lastResort.start();
        for (Runnable step = undo.poll(); step != null; step = undo.poll()) {
            try {
                step.run();
            } catch (RuntimeException e) { // the other steps matter as much
                LOG.error("a step of stopping failed", e);
            }
        }
        LOG.info("the operator has stopped");
        halt(exitCode);
    }

    /** A signal's own exit code would be 143, and tell Kubernetes of a failure. */
    private static void halt(int code) {
        LogManager.shutdown();
        Runtime.getRuntime().halt(code);
    }
}
