package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.pyjob.api.LogPlace;
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
    private static final LogFolder FOLDER = new LogFolder("log-copies", "/pyjob-logs");

    private LogCopies() {}

    /** Where that job's copies go; empty if there are none. */
    static Optional<LogPlace> of(PyJob job, UiSettings settings) {
        LogPlace own = job.getSpec().logs();
        return own == null ? settings.logs() : Optional.of(own).filter(logs -> !logs.writesNone());
    }

    /** @param pod the folder's name of that pod */
    static List<EnvVar> envOfJvm(Attempt attempt, String pod) {
        return of(attempt).stream()
                .map(logs -> ContainerEnv.variable(
                        "PYJOB_LOG_COPIES",
                        VariableReferences.escape(directory(logs) + "/" + attempt.applicationId() + "/" + pod)))
                .toList();
    }

    static List<EnvVar> envOfPython(Attempt attempt) {
        return of(attempt).stream()
                .map(logs -> ContainerEnv.variable("PYJOB_LOG_PIECES", "$(PYJOB_DIR)/logs"))
                .toList();
    }

    static List<Volume> volumes(Attempt attempt) {
        return FOLDER.volumes(of(attempt));
    }

    static List<VolumeMount> mountsOfJvm(Attempt attempt) {
        return FOLDER.mounts(of(attempt));
    }

    private static String directory(LogPlace logs) {
        String address = FOLDER.address(logs);
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    private static Optional<LogPlace> of(Attempt attempt) {
        return of(attempt.job(), attempt.settings().ui());
    }
}
