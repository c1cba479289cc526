package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.pyjob.api.LogsSpec;
import io.pyjob.api.PyJob;
import java.util.List;
import java.util.Optional;

/**
 * Where copies go of what a job's containers write: to what the job says, else to what the installation has for all jobs.
 *
 * <p>The Python container leaves pieces of its output in the pod's volume, and the JVM writes them away with its own: so
 * only the JVM has the claim, or the credentials of the bucket.
 */
final class LogCopies {
    private static final String MOUNT = "/pyjob-logs";
    private static final String VOLUME = "log-copies";

    private LogCopies() {}

    /** Where that job's copies go; empty if there are none. */
    static Optional<LogsSpec> of(PyJob job, UiSettings settings) {
        LogsSpec own = job.getSpec().logs();
        return own == null ? settings.logs() : Optional.of(own).filter(logs -> !logs.writesNone());
    }

    /** @param pod the folder's name of that pod */
    static List<EnvVar> envOfJvm(Attempt attempt, String pod) {
        return of(attempt).stream()
                .map(logs -> variable(
                        "PYJOB_LOG_COPIES",
                        VariableReferences.escape(directory(logs) + "/" + attempt.applicationId() + "/" + pod)))
                .toList();
    }

    static List<EnvVar> envOfPython(Attempt attempt) {
        return of(attempt).stream()
                .map(logs -> variable("PYJOB_LOG_PIECES", "$(PYJOB_DIR)/logs"))
                .toList();
    }

    static List<Volume> volumes(Attempt attempt) {
        return claim(attempt).stream()
                .map(claim -> new VolumeBuilder()
                        .withName(VOLUME)
                        .withNewPersistentVolumeClaim(claim, false)
                        .build())
                .toList();
    }

    /** The whole of the claim: a folder of it that is not there yet would be made as root's, and not be writable. */
    static List<VolumeMount> mountsOfJvm(Attempt attempt) {
        return claim(attempt).stream()
                .map(claim -> new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath(MOUNT)
                        .build())
                .toList();
    }

    private static String directory(LogsSpec logs) {
        if (logs.directory() != null) {
            String directory = logs.directory();
            return directory.endsWith("/") ? directory.substring(0, directory.length() - 1) : directory;
        }
        return "file:" + MOUNT + (logs.path() == null ? "" : "/" + logs.path());
    }

    private static Optional<String> claim(Attempt attempt) {
        return of(attempt).flatMap(logs -> Optional.ofNullable(logs.claim()));
    }

    private static Optional<LogsSpec> of(Attempt attempt) {
        return of(attempt.job(), attempt.settings().ui());
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }
}
