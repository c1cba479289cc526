package io.pyjob.executor.python;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.python.PythonException;
import org.apache.spark.api.python.PythonWorker;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.util.TaskFailureListener;
import org.apache.spark.util.TaskInterruptListener;
import scala.Option;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A SparkEnv whose Python workers come from the pod's python container; Spark's own would fork them here.
 *
 * <p>Takes over everything else from the env that Spark made. The name of the Python program and of the daemon's module
 * have no meaning here: which Python runs is the container's choice.
 */
// Spark's methods hold the env's lock; ours may wait for a pool that restarts, and other tasks must not wait along.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
public class SidecarSparkEnv extends SparkEnv {
    private final SidecarPool pool;
    private volatile FilesVersion files = session -> 0;

    public SidecarSparkEnv(SparkEnv made, SidecarPool pool) {
        super(
                made.executorId(),
                made.rpcEnv(),
                made.serializer(),
                made.closureSerializer(),
                made.serializerManager(),
                made.mapOutputTracker(),
                made.broadcastManager(),
                made.blockManager(),
                made.securityManager(),
                made.metricsSystem(),
                made.outputCommitCoordinator(),
                made.conf());
        this.pool = pool;
    }

    /** The pool's settings as the job's conf has them. */
    public static SidecarPool.Settings settings(SparkConf conf, String memoryField) {
        return new SidecarPool.Settings(
                Duration.ofSeconds(conf.getTimeAsSeconds("spark.pyjob.python.idleTimeout", "60s")),
                conf.getInt("spark.python.factory.idleWorkerMaxPoolSize", Integer.MAX_VALUE),
                SidecarPool.Settings.DEFAULT.connectLimit(),
                conf.getInt("spark.pyjob.python.maxTasksPerWorker", Integer.MAX_VALUE),
                memoryField);
    }

    /** How to tell that files or modules have been added to the job. */
    @FunctionalInterface
    public interface FilesVersion {
        /**
         * @param session the artifacts' id of the session that a task belongs to; empty for the job's own
         * @return another number after files were added
         */
        long of(String session);
    }

    /** A worker is not used again after this has changed. */
    public final void setFilesVersion(FilesVersion version) {
        files = version;
    }

    /** Puts the workers' figures among Spark's own metrics. */
    public static void registerMetrics(MetricsSystem metrics, SidecarPool pool) {
        metrics.registerSource(PythonSource.of(pool));
    }

    private WorkerKey kind(String module, Map<String, String> env) {
        String session = env.getOrDefault("SPARK_JOB_ARTIFACT_UUID", "default");
        return new WorkerKey(module, env, files.of(session.equals("default") ? "" : session));
    }

    @Override
    public Tuple2<PythonWorker, Option<ProcessHandle>> createPythonWorker(
            String pythonExec,
            String workerModule,
            String daemonModule,
            scala.collection.immutable.Map<String, String> envVars,
            boolean useDaemon) {
        SidecarWorker worker = acquired(pool::acquire, workerModule, envVars);
        long lease = worker.lease();
        TaskContext task = TaskContext.get();
        if (task != null) {
            watch(task, worker, lease);
        }
        return withProcess(worker);
    }

    /** A worker that Spark keeps for as long as a streaming query runs, and reads from without a selector. */
    public final Tuple2<PythonWorker, Option<ProcessHandle>> createBlockingPythonWorker(
            String workerModule, scala.collection.immutable.Map<String, String> envVars) {
        SidecarWorker worker = acquired(pool::acquireBlocking, workerModule, envVars);
        worker.lease();
        return withProcess(worker);
    }

    @FunctionalInterface
    private interface Acquisition {
        SidecarWorker of(WorkerKey key) throws IOException;
    }

    private SidecarWorker acquired(
            Acquisition acquisition, String workerModule, scala.collection.immutable.Map<String, String> envVars) {
        try {
            return acquisition.of(kind(workerModule, TaskGpus.environment(asJava(envVars), TaskContext.get())));
        } catch (IOException e) {
            // Spark's methods declare nothing. The task fails with this message, and is tried again.
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static Tuple2<PythonWorker, Option<ProcessHandle>> withProcess(SidecarWorker worker) {
        return new Tuple2<>(worker, Option.apply(new SidecarProcess(worker.pid(), worker.control())));
    }

    /** Whether a worker has gone, or was stopped. */
    public static boolean isStopped(PythonWorker worker) {
        return ((SidecarWorker) worker).isStopped();
    }

    private void watch(TaskContext task, SidecarWorker worker, long lease) {
        // Spark by itself looks every two seconds whether a task was killed, waits for two more, and only then ends the
        // worker; the task's slot is taken for as long.
        TaskInterruptListener killed = (context, reason) -> worker.doom(lease);
        task.addTaskInterruptListener(killed);
        // Where Spark's own words do not have the reason (its faulthandler may be switched off), it is added to them.
        TaskFailureListener failed = (context, failure) -> {
            if (!(failure instanceof PythonException) && !context.isInterrupted() && worker.hasGone(lease)) {
                worker.obituary()
                        .map(Obituary::message)
                        .filter(message -> !isSaid(message, failure))
                        .ifPresent(message -> failure.addSuppressed(new PoolException(message)));
                pool.workerFailed();
            }
        };
        task.addTaskFailureListener(failed);
    }

    private static boolean isSaid(String message, Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 20; depth++) {
            if (at.getMessage() != null && at.getMessage().contains(message)) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }

    @Override
    public void releasePythonWorker(
            String pythonExec,
            String workerModule,
            String daemonModule,
            scala.collection.immutable.Map<String, String> envVars,
            PythonWorker worker) {
        pool.release((SidecarWorker) worker);
    }

    @Override
    public void destroyPythonWorker(
            String pythonExec,
            String workerModule,
            String daemonModule,
            scala.collection.immutable.Map<String, String> envVars,
            PythonWorker worker) {
        ((SidecarWorker) worker).kill();
    }

    @Override
    public void stop() {
        pool.close();
        super.stop();
    }

    private static Map<String, String> asJava(scala.collection.immutable.Map<String, String> map) {
        return CollectionConverters.asJava(map);
    }
}
