package io.pyjob.executor;

import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.pod.TerminationLog;
import org.apache.spark.SparkEnv;
import org.apache.spark.executor.CoarseGrainedExecutorBackend;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.rpc.RpcEnv;
import org.jspecify.annotations.Nullable;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/** Spark's executor, which also says in the pod's own terms how it begins and why it ends. */
final class ExecutorBackend extends CoarseGrainedExecutorBackend {
    private final String name;
    private final TerminationLog terminationLog;
    private volatile boolean registered;
    private volatile int exitCode;

    ExecutorBackend(
            ExecutorConfig config,
            TerminationLog terminationLog,
            RpcEnv rpcEnv,
            CoarseGrainedExecutorBackend.Arguments arguments,
            SparkEnv env,
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
    }

    /** What the JVM should end with; Spark itself forgets the code once the executor is up. */
    int exitCode() {
        return exitCode;
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
                    PodLog.say(name + " is registered with the driver");
                }
                return done;
            }
        };
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
