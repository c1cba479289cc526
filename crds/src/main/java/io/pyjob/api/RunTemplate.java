package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** What each run of a schedule is made from. */
public record RunTemplate(
        @JsonPropertyDescription("Labels and annotations of each run.")
        RunMetadata metadata,

        @JsonPropertyDescription("What to run, and with how much: the spec of a PyJob.") @Required
        PyJobSpec spec) {

    public RunTemplate {
        metadata = metadata == null ? RunMetadata.NONE : metadata;
    }
}
