package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where what the job's containers write is copied to while it runs, so that it can be read when their pods are gone: deleted,
 * preempted, or lost with their node.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.ONE_PLACE, message = Rules.ONE_PLACE_MESSAGE)
@ValidationRule(value = Rules.PLACE_PATH, message = Rules.PLACE_PATH_MESSAGE, fieldPath = ".path")
public record LogsSpec(
        @JsonPropertyDescription("false for no copies, also where the installation has them of all jobs.") @Nullable
        Boolean enabled,

        @JsonPropertyDescription(
                "A PersistentVolumeClaim in the job's namespace, mounted into the JVM container of each pod. A local run has none.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String claim,

        @JsonPropertyDescription(
                "A folder of the claim, which is made if it is not there; its top if there is none here.")
        @Pattern(Patterns.FOLDER)
        @Size(max = 255)
        @Nullable
        String path,

        @JsonPropertyDescription(
                "An address that Hadoop writes to, such as s3a://bucket/logs. The folder is made if it is not there.")
        @Pattern(Patterns.ADDRESS)
        @Size(max = 1024)
        @Nullable
        String directory) {

    /** In that claim. */
    public static LogsSpec inClaim(String claim, @Nullable String path) {
        return new LogsSpec(null, claim, path, null);
    }

    /** At that address. */
    public static LogsSpec at(String directory) {
        return new LogsSpec(null, null, null, directory);
    }

    /** Whether there is to be none. */
    public boolean writesNone() {
        return Boolean.FALSE.equals(enabled);
    }
}
