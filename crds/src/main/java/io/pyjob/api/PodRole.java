package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which of a job's pods something is for. */
public enum PodRole {
    @JsonProperty("driver")
    DRIVER,
    @JsonProperty("executors")
    EXECUTORS
}
