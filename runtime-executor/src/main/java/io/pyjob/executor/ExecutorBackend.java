package io.pyjob.executor;

import io.pyjob.executor.logs.LogCopies;
import io.pyjob.executor.metrics.MetricsServer;
import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.pod.TerminationLog;
import io.pyjob.executor.python.ArrowWarmUp;
import io.pyjob.executor.python.PythonSource;
import io.pyjob.executor.python.SidecarPool;
import io.pyjob.executor.python.SidecarSparkEnv;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.spark.executor.CoarseGrainedExecutorBackend;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages;
import org.apache.spark.util.SignalUtils$;
import org.jspecify.annotations.Nullable;
import scala.PartialFunction;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/** Spark's executor, which also says in the pod's own terms how it begins and why it ends. */
final class ExecutorBackend extends CoarseGrainedExecutorBackend {
    /** Spark's own limit of two minutes would keep an executor whose driver's node has gone as long as a kubelet lets it. */
    private static final RpcTimeout DRIVER_ANSWERS_WITHIN =
            new RpcTimeout(FiniteDuration.apply(10, TimeUnit.SECONDS), "PyJob's limit for the driver's answer");

    private static final int SIGTERM_EXIT = 143;

    private final String name;
    private final TerminationLog terminationLog;
    private final String address;
    private final OptionalInt metricsAt;
    private final SidecarSparkEnv env;
    private final SidecarPool pool;
    private final LogCopies copies;
    private final boolean decommissions;
    private volatile boolean registered;
    private volatile int exitCode;

    ExecutorBackend(
            ExecutorConfig config,
            TerminationLog terminationLog,
            LogCopies copies,
            RpcEnv rpcEnv,
            CoarseGrainedExecutorBackend.Arguments arguments,
            SidecarSparkEnv env,
            SidecarPool pool,
            ResourceProfile profile) {
        super(
                rpcEnv,
                arguments.driverUrl(),
                arguments.executorId(),
                arguments.bindAddress(),
                arguments.hostname(),
                arguments.cores(),
                env,
                arguments.resourcesFileOpt(),
                profile);
        this.name = "executor " + config.executorId() + " of " + config.job();
        this.terminationLog = terminationLog;
        this.copies = copies;
        this.address = config.podAddress();
        this.metricsAt = config.metricsPort();
        this.env = env;
        this.pool = pool;
        this.decommissions = env.conf().getBoolean("spark.decommission.enabled", false);
    }

    /** What the JVM should end with; Spark itself forgets the code once the executor is up. */
    int exitCode() {
        return exitCode;
    }

    @Override
    public void onStart() {
        super.onStart();
        if (decommissions) {
            // Spark does the same at SIGPWR, which nothing but a hook of ours would ever send.
            SignalUtils$.MODULE$.register("TERM", this::takeLeave);
        }
    }

    /**
     * SIGTERM is how a kubelet says that the pod has to go: its node is drained, or someone has deleted it. The executor
     * tells the driver, works off its tasks, hands its shuffle files and cached blocks to others, and then ends with 0.
     *
     * @return false to end at once, as any JVM does at SIGTERM: with no driver to tell there is nothing to hand over
     */
    private Object takeLeave() {
        PodLog.say(name + " was told to go (SIGTERM)");
        try {
            Object told = self().askSync(
                            CoarseGrainedClusterMessages.ExecutorDecommissionSigReceived$.MODULE$,
                            DRIVER_ANSWERS_WITHIN,
                            ClassTag.Boolean());
            if (!Boolean.TRUE.equals(told)) {
                PodLog.say(name + " ends without handing anything over: the driver does not listen any more");
            }
            return told;
        } catch (Exception e) {
            // Spark's Scala throws checked exceptions that Java's compiler does not know of: here that of its time-out.
            PodLog.say(name + " ends without handing anything over: " + Failures.rootCause(e));
            // Not exit: Spark's shutdown hooks would wait for the same driver, half a minute more.
            copies.finish(Duration.ZERO);
            Runtime.getRuntime().halt(SIGTERM_EXIT);
            return false;
        }
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receive() {
        PartialFunction<Object, BoxedUnit> spark = super.receive();
        if (registered) {
            return spark;
        }
        return new AbstractPartialFunction<>() {
            @Override
            public boolean isDefinedAt(Object message) {
                return spark.isDefinedAt(message);
            }

            @Override
            public BoxedUnit apply(Object message) {
                BoxedUnit done = spark.apply(message);
                if (!registered && executor() != null) {
                    registered = true;
                    env.setFilesVersion(new AddedFiles(executor()));
                    pool.watch(new DriverEar(env), ExecutorBackend.this::offerMetrics);
                    pool.onFirstUse(() -> DriverEar.tellFirstTask(env));
                    ArrowWarmUp.inBackground();
                    PodLog.say(name + " is registered with the driver");
                }
                return done;
            }
        };
    }

    private void offerMetrics() {
        SidecarSparkEnv.registerMetrics(env.metricsSystem(), pool);
        metricsAt.ifPresent(port -> MetricsServer.start(address, port, pool::freshFigures, PythonSource::arrowBytes));
    }

    @Override
    public void exitExecutor(int code, String reason, @Nullable Throwable cause, boolean notifyDriver) {
        if (!stopping().get()) {
            exitCode = code;
            String message = name + " ends: " + reason + (cause == null ? "" : ": " + Failures.rootCause(cause));
            if (code == 0) {
                PodLog.say(message);
            } else {
                terminationLog.write(message);
            }
        }
        super.exitExecutor(code, reason, cause, notifyDriver);
    }
}
