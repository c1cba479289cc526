package io.pyjob.executor;

import io.pyjob.executor.logs.LogCopies;
import io.pyjob.executor.pod.Environment;
import io.pyjob.executor.pod.HadoopConf;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.pod.StartArchive;
import io.pyjob.executor.pod.StartFailure;
import io.pyjob.executor.pod.TerminationLog;
import io.pyjob.executor.python.SidecarPool;
import io.pyjob.executor.python.SidecarSparkEnv;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.executor.CoarseGrainedExecutorBackend;
import org.apache.spark.util.Utils;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** The executor's JVM: Spark's own executor, with its Python workers in the pod's other container. */
public final class ExecutorMain {
    /** Spark's number of the only kind of executor that we have. */
    private static final int RESOURCE_PROFILE = 0;

    private static final String MEMORY_FIELD = "spec.executors.python.memory";

    private ExecutorMain() {}

    public static void main(String[] args) {
        Environment environment = new Environment(System.getenv());
        TerminationLog terminationLog = TerminationLog.of(environment);
        LogCopies copies = LogCopies.begin(environment);
        int code;
        try {
            HadoopConf.of(environment).applyToThisThread();
            code = run(ExecutorConfig.from(System.getenv()), terminationLog, copies);
        } catch (StartFailure e) {
            terminationLog.write(e);
            code = StartFailure.EXIT_CODE;
        } catch (Throwable e) {
            // Whatever it is, the pod's status has to tell it; nobody else is left to.
            terminationLog.write(e);
            code = 1;
        }
        copies.finish(Duration.ZERO);
        // Spark leaves threads behind that are no daemons.
        System.exit(code);
    }

    private static int run(ExecutorConfig config, TerminationLog terminationLog, LogCopies copies) {
        config.pod().create();
        config.code().start(failure -> {
            terminationLog.write(failure);
            System.exit(StartFailure.EXIT_CODE);
        });

        // Spark asks the driver for its settings, but needs these to be able to ask.
        System.setProperty("spark.authenticate.secret", config.sparkSecret().read());
        System.getProperties().putIfAbsent("spark.authenticate", "true");
        System.getProperties().putIfAbsent("spark.network.crypto.enabled", "true");

        // Else Spark looks the host's own name up, in a DNS that need not know it.
        Utils.setCustomHostname(config.podAddress());
        StartArchive.check(); // now, because the driver boots at the same time and is not there yet
        Optional<RequiredPackages> packages =
                config.packagesWait().map(limit -> RequiredPackages.await(config.pod(), limit));
        DriverContact.await(config);

        AtomicReference<@Nullable ExecutorBackend> started = new AtomicReference<>();
        CoarseGrainedExecutorBackend.run(arguments(config), (rpcEnv, arguments, made, profile) -> {
            copies.settings(() -> SparkHadoopUtil.get().newConfiguration(made.conf()));
            packages.ifPresent(here -> here.compare(made.conf().get(RequiredPackages.OF_DRIVER, "")));
            SidecarPool pool = new SidecarPool(config.pod(), SidecarSparkEnv.settings(made.conf(), MEMORY_FIELD));
            SidecarSparkEnv env = new SidecarSparkEnv(made, pool);
            // What Spark did to the env that it made and that ours replaces.
            env.initializeMemoryManager(arguments.cores());
            SparkEnv.set(env);
            ExecutorBackend backend =
                    new ExecutorBackend(config, terminationLog, copies, rpcEnv, arguments, env, pool, profile);
            started.set(backend);
            return backend;
        });
        ExecutorBackend backend = started.get();
        int code = backend == null ? 0 : backend.exitCode();
        PodLog.say("executor " + config.executorId() + " of " + config.job() + " has ended");
        return code;
    }

    private static CoarseGrainedExecutorBackend.Arguments arguments(ExecutorConfig config) {
        return new CoarseGrainedExecutorBackend.Arguments(
                config.driverUrl(),
                Integer.toString(config.executorId()),
                config.podAddress(),
                config.podAddress(),
                config.cores(),
                config.applicationId(),
                Option.empty(),
                Option.empty(),
                RESOURCE_PROFILE);
    }
}
