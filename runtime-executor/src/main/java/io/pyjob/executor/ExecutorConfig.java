package io.pyjob.executor;

import io.pyjob.executor.pod.CodeDelivery;
import io.pyjob.executor.pod.Environment;
import io.pyjob.executor.pod.JobSecret;
import io.pyjob.executor.pod.PodDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an executor's JVM is told by its environment.
 *
 * @param job namespace/name, for messages
 * @param pod the pod's volume
 * @param code Python code to put there
 * @param podAddress the address to bind to, and that the others reach us at
 * @param driverHost where the driver listens
 * @param driverPort and at which port
 * @param executorId Spark's number of this executor; never used twice in a job
 * @param cores how many tasks run at once
 * @param applicationId Spark's id of the job
 * @param sparkSecret key of Spark's connections
 * @param metricsPort where metrics are offered to Prometheus; empty for nowhere
 * @param packagesWait how long the Python container may take to install packages; empty if the job requires none
 */
record ExecutorConfig(
        String job,
        PodDirectory pod,
        CodeDelivery code,
        String podAddress,
        String driverHost,
        int driverPort,
        int executorId,
        int cores,
        String applicationId,
        JobSecret sparkSecret,
        OptionalInt metricsPort,
        Optional<Duration> packagesWait) {

    private static final Duration DRIVER_WAIT = Duration.ofMinutes(2);

    static ExecutorConfig from(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        return new ExecutorConfig(
                environment.required("PYJOB_JOB"),
                new PodDirectory(Path.of(environment.required("PYJOB_DIR"))),
                CodeDelivery.of(environment),
                environment.required("PYJOB_POD_IP"),
                environment.required("PYJOB_DRIVER_HOST"),
                environment.requiredInteger("PYJOB_DRIVER_PORT", 1, 65535),
                environment.requiredInteger("PYJOB_EXECUTOR_ID", 0, Integer.MAX_VALUE),
                environment.requiredInteger("PYJOB_CORES", 1, 1024),
                environment.required("PYJOB_APP_ID"),
                JobSecret.spark(environment),
                metricsPort(environment),
                packagesWait(environment));
    }

    private static Optional<Duration> packagesWait(Environment environment) {
        int seconds = environment.integer("PYJOB_PACKAGES_WAIT_S", 0, 0, 86_400);
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    /** How long the driver may take: its script does not begin before it has its packages. */
    Duration driverWait() {
        return DRIVER_WAIT.plus(packagesWait.orElse(Duration.ZERO));
    }

    private static OptionalInt metricsPort(Environment environment) {
        int port = environment.integer("PYJOB_METRICS_PORT", 0, 0, 65535);
        return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
    }

    String driver() {
        return driverHost + ":" + driverPort;
    }

    String driverUrl() {
        return "spark://CoarseGrainedScheduler@" + driver();
    }
}
