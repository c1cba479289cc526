package io.pyjob.api;

/** What a schedule does when a time comes while a run is still going. */
public enum ConcurrencyPolicy {
    /** Starts another run beside it. */
    Allow,
    /** Leaves the time out. */
    Forbid,
    /** Deletes the run that goes, and starts another. */
    Replace
}
