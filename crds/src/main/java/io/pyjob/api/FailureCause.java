package io.pyjob.api;

/** Whose fault it is that an attempt has failed. */
public enum FailureCause {
    /** The job's own: its script, a memory limit, its executors. */
    Script,

    /** The cluster's: an eviction, a preemption, a lost node, a pod that somebody has deleted. */
    Infrastructure,

    /** The job cannot start as it is: an image, room in the cluster, a refusal. That has been tried again all the time. */
    Setup,

    /** It has taken longer than the manifest allows. */
    Deadline
}
