package io.pyjob.driver;

import io.pyjob.driver.script.Sources;
import io.pyjob.executor.pod.CodeDelivery;
import io.pyjob.executor.pod.Environment;
import io.pyjob.executor.pod.JobSecret;
import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.StartFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the driver's JVM is told by its environment.
 *
 * @param job namespace/name, for messages
 * @param attempt which attempt of the job this is, from 1
 * @param pod the pod's volume
 * @param code Python code to put there
 * @param properties Spark's settings of this job
 * @param podAddress the address to bind to
 * @param driverHost the address under which executors reach us
 * @param driverPort the port of Spark's RPC
 * @param applicationId Spark's id of the job
 * @param sparkSecret key of Spark's connections
 * @param sources what the manifest has for this JVM besides settings
 * @param ivySettings a file of Ivy's settings, if the manifest names one
 * @param reports where to report to; empty if nobody listens
 */
record DriverConfig(
        String job,
        int attempt,
        PodDirectory pod,
        CodeDelivery code,
        Path properties,
        String podAddress,
        String driverHost,
        int driverPort,
        String applicationId,
        JobSecret sparkSecret,
        Sources sources,
        Optional<Path> ivySettings,
        Optional<ReportTarget> reports) {

    /** The operator's endpoint, and what proves to it who we are. */
    record ReportTarget(URI url, JobSecret token) {}

    static DriverConfig from(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        return new DriverConfig(
                environment.required("PYJOB_JOB"),
                environment.integer("PYJOB_ATTEMPT", 1, 1, Integer.MAX_VALUE),
                new PodDirectory(Path.of(environment.required("PYJOB_DIR"))),
                CodeDelivery.of(environment),
                Path.of(environment.required("PYJOB_CONF"), "spark.properties"),
                environment.required("PYJOB_POD_IP"),
                environment.required("PYJOB_DRIVER_HOST"),
                environment.requiredInteger("PYJOB_DRIVER_PORT", 1, 65535),
                environment.required("PYJOB_APP_ID"),
                JobSecret.spark(environment),
                Sources.of(environment),
                environment.optional("PYJOB_IVY_SETTINGS").map(Path::of),
                environment.optional("PYJOB_REPORT_URL").map(url -> reportTarget(url, environment)));
    }

    private static ReportTarget reportTarget(String text, Environment environment) {
        try {
            URI url = new URI(text);
            if ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) {
                return new ReportTarget(url, JobSecret.reportToken(environment));
            }
        } catch (URISyntaxException e) {
            // told below, together with other schemes
        }
        throw new StartFailure("the environment variable PYJOB_REPORT_URL is `" + text + "`, not an http(s) address");
    }
}
