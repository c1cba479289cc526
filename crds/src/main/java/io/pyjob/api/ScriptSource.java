package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the script is; exactly one component is set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.ONE_SCRIPT, message = Rules.ONE_SCRIPT_MESSAGE)
@ValidationRule(value = Rules.SCRIPT_HASH, message = Rules.SCRIPT_HASH_MESSAGE, fieldPath = ".sha256")
public record ScriptSource(
        @JsonPropertyDescription("The script itself.") @Size(min = 1, max = MAX_INLINE) @Nullable
        String inline,

        @JsonPropertyDescription("A key of a ConfigMap in the job's namespace.") @Nullable
        ConfigMapKey configMap,

        @JsonPropertyDescription(
                "A file of the Python image; a relative path begins at the image's working directory (WORKDIR). When the job runs locally: a file of that machine; a relative path begins at the manifest's folder.")
        @Pattern(Patterns.NOT_BLANK)
        @Size(max = 4096)
        @Nullable
        String path,

        @JsonPropertyDescription(
                "Where the script is fetched from as the job starts: an address of http or https, or of any file system that Hadoop has a client for, such as s3a://, hdfs://, abfss:// and gs://.")
        @Pattern(Patterns.SCRIPT_URL)
        @Size(max = 2048)
        @Nullable
        String url,

        @JsonPropertyDescription("The SHA-256 of what url names, in hexadecimal digits. Another file is not run.")
        @Pattern(Patterns.SHA256)
        @Size(max = 64)
        @Nullable
        String sha256) {
    /** In characters: with four bytes for each it still fits into a ConfigMap, which is how it gets into the pod. */
    static final long MAX_INLINE = 250_000;

    private static final String HTTP = "(?s)https?://.*";

    /** Of which no hash is known. */
    public ScriptSource(
            @Nullable String inline, @Nullable ConfigMapKey configMap, @Nullable String path, @Nullable String url) {
        this(inline, configMap, path, url, null);
    }

    public static ScriptSource ofPath(String path) {
        return new ScriptSource(null, null, path, null);
    }

    /** The address, if it is one that only the driver's JVM can read: it has Hadoop's file systems. */
    public Optional<String> hadoopUrl() {
        return Optional.ofNullable(url).filter(address -> !address.matches(HTTP));
    }
}
