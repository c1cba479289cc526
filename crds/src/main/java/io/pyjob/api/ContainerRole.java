package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which of a pod's containers something is for. */
public enum ContainerRole {
    @JsonProperty("jvm")
    JVM,
    @JsonProperty("python")
    PYTHON
}
