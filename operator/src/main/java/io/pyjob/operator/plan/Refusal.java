package io.pyjob.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A write that the API server has refused, for a reason that may pass and may not.
 *
 * @param object what was to be written, for instance Pod flights-1-driver
 * @param isExecutor whether it is an executor's pod, without which a job can go on
 * @param cause what kind of refusal it is
 * @param message what the API server says
 * @param at when it was refused last
 * @param times how often it has been refused in a row
 */
public record Refusal(String object, boolean isExecutor, Cause cause, String message, Instant at, int times) {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Optional<Duration> SOME_TIME = Optional.of(StartProblem.PATIENCE);

    /** What kinds of refusals there are. */
    public enum Cause {
        /** A ResourceQuota is used up: room, like that on nodes. */
        QUOTA_EXCEEDED("QuotaExceeded", "delete what uses the quota up, or have it raised", Optional.empty()),
        POD_SECURITY("PodSecurity", "the namespace enforces rules for pods that this pod does not keep", SOME_TIME),
        FORBIDDEN("Forbidden", "the operator's account lacks the right: see the roles of its chart", SOME_TIME),
        ADMISSION_DENIED("AdmissionDenied", "a rule of the cluster or the namespace does not let it in", SOME_TIME),
        /** The same request again is as wrong as before. */
        INVALID("Invalid", "the manifest leads to an object that Kubernetes does not take", Optional.of(Duration.ZERO)),
        NAME_TAKEN("NameTaken", "delete the object that has the name, or give the job another name", SOME_TIME),
        SCRIPT_NOT_FOUND("ScriptNotFound", "create it, or correct spec.script.configMap in a new job", SOME_TIME),
        REQUIREMENTS_NOT_FOUND(
                "RequirementsNotFound", "create it, or correct spec.python.requirementsFrom in a new job", SOME_TIME),
        SECRET_NOT_FOUND(
                "SecretNotFound",
                "create it in the job's namespace, or correct env, envFrom or volumes in a new job",
                SOME_TIME),
        CONFIG_MAP_NOT_FOUND(
                "ConfigMapNotFound",
                "create it in the job's namespace, or correct env, envFrom or volumes in a new job",
                SOME_TIME),
        MODULES_NOT_FOUND("ModulesNotFound", "create it, or correct spec.python.modulesFrom in a new job", SOME_TIME),
        HADOOP_CONF_NOT_FOUND(
                "HadoopConfNotFound", "create it, or correct spec.jvm.hadoopConf in a new job", SOME_TIME),
        IVY_SETTINGS_NOT_FOUND(
                "IvySettingsNotFound", "create it, or correct spec.jvm.ivySettings in a new job", SOME_TIME),
        KIND_UNKNOWN(
                "KindUnknown",
                "the cluster has no such kind of object: is the scheduler of spec.queue installed?",
                SOME_TIME),
        NAMESPACE_GONE("NamespaceTerminating", "the namespace is being deleted or is gone", SOME_TIME),
        SERVER_ERROR("ServerError", "the API server fails; its log tells more", Optional.empty());

        private final String reason;
        private final String advice;
        private final Optional<Duration> patience;

        /** Without a {@code patience} of its own it has that for room in the cluster. */
        Cause(String reason, String advice, Optional<Duration> patience) {
            this.reason = reason;
            this.advice = advice;
            this.patience = patience;
        }
    }

    /** When it may be tried again: 1 s after the first time, then twice as long each time. */
    Instant retryAt() {
        Duration wait = Duration.ofSeconds(1L << Math.min(times - 1, 5));
        return at.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    }

    /** What it means for a job that cannot go on without the object. */
    Stall stall(Duration capacityPatience) {
        return new Stall(
                cause.reason,
                object + " cannot be created: " + message.strip() + " (" + cause.advice + ")",
                cause.patience.orElse(capacityPatience));
    }
}
