package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where something is written that is to be read when the job, or a pod of it, is gone: its event log, copies of its logs. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.ONE_PLACE, message = Rules.ONE_PLACE_MESSAGE)
@ValidationRule(value = Rules.PLACE_PATH, message = Rules.PLACE_PATH_MESSAGE, fieldPath = ".path")
public record LogPlace(
        @JsonPropertyDescription("false for none, also where the installation has it for all jobs.") @Nullable
        Boolean enabled,

        @JsonPropertyDescription(
                "A PersistentVolumeClaim in the job's namespace, mounted into the JVM containers that write to it. A local run has none.")
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
    public static LogPlace inClaim(String claim, @Nullable String path) {
        return new LogPlace(null, claim, path, null);
    }

    /** At that address. */
    public static LogPlace at(String directory) {
        return new LogPlace(null, null, null, directory);
    }

    /** Whether there is to be none. */
    public boolean writesNone() {
        return Boolean.FALSE.equals(enabled);
    }
}
