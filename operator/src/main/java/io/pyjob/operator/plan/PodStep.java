package io.pyjob.operator.plan;

/** What a pod comes by on its way up. */
public enum PodStep {
    /** It was written. */
    CREATED,
    /** It has a node. */
    SCHEDULED,
    /** Its network and volumes are there. */
    PREPARED,
    /** Its JVM's container has started. */
    JVM,
    /** Its Python container has started. */
    PYTHON
}
