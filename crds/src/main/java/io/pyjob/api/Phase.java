package io.pyjob.api;

/** Where a job is. Succeeded, Failed and Cancelled are final. */
public enum Phase {
    /** There are no pods, because the user wants none. */
    Suspended,
    Pending,
    Starting,
    Running,
    /** An attempt has ended, and the next one begins soon. */
    Retrying,
    Succeeded,
    Failed,
    Cancelled;

    /** Whether no pod of the current attempt has been created in this phase. */
    public boolean isBeforePods() {
        return this == Suspended || this == Pending || this == Retrying;
    }

    /** Whether nothing more happens in this phase. */
    public boolean isFinal() {
        return this == Succeeded || this == Failed || this == Cancelled;
    }
}
