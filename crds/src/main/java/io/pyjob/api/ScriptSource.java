package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where the script is; exactly one component is set. */
@ValidationRule(value = Rules.ONE_SCRIPT, message = Rules.ONE_SCRIPT_MESSAGE)
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

        @JsonPropertyDescription("Where the driver's pod downloads the script from, with http or https.")
        @Pattern(Patterns.HTTP_URL)
        @Size(max = 2048)
        @Nullable
        String url) {
    /** In characters: with four bytes for each it still fits into a ConfigMap, which is how it gets into the pod. */
    static final long MAX_INLINE = 250_000;

    public static ScriptSource ofPath(String path) {
        return new ScriptSource(null, null, path, null);
    }
}
