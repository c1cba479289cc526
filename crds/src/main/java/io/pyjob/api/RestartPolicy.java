package io.pyjob.api;

/** When a job's script is run again. The words are those of Kubernetes' own restartPolicy. */
public enum RestartPolicy {
    Never,
    OnFailure,
    Always
}
