package io.pyjob.api;

/** Where a job is. Succeeded, Failed and Cancelled are final. */
public enum Phase {
    Pending,
    Starting,
    Running,
    Succeeded,
    Failed,
    Cancelled;

    /** Whether nothing more happens in this phase. */
    public boolean isFinal() {
        return this == Succeeded || this == Failed || this == Cancelled;
    }
}
