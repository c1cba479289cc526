package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What of its metadata a run has from its schedule. */
public record RunMetadata(
        @JsonPropertyDescription("Labels of each run, to find it by.") @Size(max = 100)
        Map<String, @Size(max = 63) String> labels,

        @JsonPropertyDescription("Annotations of each run.") @Size(max = 100)
        Map<String, @Size(max = 65_536) String> annotations) {
    static final RunMetadata NONE = new RunMetadata(Map.of(), Map.of());

    public RunMetadata {
        labels = labels == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
        annotations = annotations == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(annotations));
    }
}
