package io.pyjob.api;

import org.jspecify.annotations.Nullable;

/** Where the script is; exactly one component is set. */
public record ScriptSource(
        @Nullable String inline,
        @Nullable ConfigMapKey configMap,
        @Nullable String path,
        @Nullable String url) {

    public static ScriptSource ofPath(String path) {
        return new ScriptSource(null, null, path, null);
    }
}
