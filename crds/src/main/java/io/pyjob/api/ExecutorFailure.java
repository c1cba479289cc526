package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How an executor ended that nobody had asked to. */
public record ExecutorFailure(
        @JsonPropertyDescription("The attempt that it belonged to.")
        int attempt,

        @JsonPropertyDescription("Its id.") int id,

        @JsonPropertyDescription("When it ended.") String time,

        @JsonPropertyDescription("How it ended, for people.")
        String message) {}
