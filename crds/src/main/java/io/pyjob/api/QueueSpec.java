package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The queue of a batch scheduler that the job's pods wait in. */
public record QueueSpec(
        @JsonPropertyDescription("Whose queue it is: that of Kueue, Volcano or YuniKorn, which the cluster must have.")
        @Required
        BatchScheduler scheduler,

        @JsonPropertyDescription(
                "The queue's name: a LocalQueue of the job's namespace (Kueue), a Queue (Volcano), or a path such as root.science (YuniKorn).")
        @Required
        @Pattern(Patterns.QUEUE)
        @Size(max = 63)
        String name,

        @JsonPropertyDescription(
                "Whether no pod starts before there is room for the driver and its first executors: executors.instances, or executors.min if there is one.")
        @Default("false")
        Boolean gang) {
    public QueueSpec {
        gang = gang != null && gang;
    }
}
