package org.apache.spark.api.python;

import io.pyjob.executor.python.SidecarSparkEnv;
import org.apache.spark.SparkEnv;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Map;

/**
 * Stands before the class of this name in spark-core, which starts Python programs where the JVM is.
 *
 * <p>All other workers are asked for at the SparkEnv, which is ours. Those that a streaming query keeps in the driver
 * are not: Spark's runners for Python stream readers and for transformWithState make a factory of their own. So this
 * one has what they call, and gets the worker from the pod's python container too.
 */
public class PythonWorkerFactory {
    private final String workerModule;
    private final Map<String, String> envVars;

    /** Which Python runs is the container's choice, and it has no daemon. */
    public PythonWorkerFactory(
            String pythonExec, String workerModule, Map<String, String> envVars, boolean useDaemonEnabled) {
        this.workerModule = workerModule;
        this.envVars = envVars;
    }

    /** A fresh worker; its channel waits. */
    public Tuple2<PythonWorker, Option<ProcessHandle>> createSimpleWorker(boolean blockingMode) {
        if (SparkEnv.get() instanceof SidecarSparkEnv env && blockingMode) {
            return env.createBlockingPythonWorker(workerModule, envVars);
        }
        throw new IllegalStateException("no Python worker for " + workerModule
                + (blockingMode ? ": there is no SparkContext" : ": only those that wait are to be had here"));
    }

    public void stopWorker(PythonWorker worker) {
        worker.stop();
    }

    public boolean isWorkerStopped(PythonWorker worker) {
        return SidecarSparkEnv.isStopped(worker);
    }

    /** There is nothing to stop but the worker. */
    public void stop() {}
}
