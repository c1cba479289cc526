package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has gone wrong with the Python workers of the current attempt.
 *
 * @param ended how many ended that nobody wanted to end, by cause
 * @param restarts how often a pool of workers began anew, which is how often its container was started again
 * @param last the last such end
 * @param preloadFailed modules that could not be imported ahead, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PythonStatus(
        @JsonPropertyDescription(
                "How many workers ended that nobody wanted to end, by cause: workerMemory (over workerMemory), containerMemory (the largest as its container was nearly full), killed (by the kernel or somebody else), crashed (such as a segmentation fault), exited (os._exit in a function), signalled.")
        Map<String, Long> ended,

        @JsonPropertyDescription(
                "How often a pool of workers began anew, which is how often its container was started again.")
        Long restarts,

        @JsonPropertyDescription("The last worker, or pool, that ended so.") @Nullable
        LastPythonEnd last,

        @JsonPropertyDescription("Modules of executors.python.preload that could not be imported, and why.")
        Map<String, String> preloadFailed) {
    public static final PythonStatus NONE = new PythonStatus(Map.of(), 0L, null, Map.of());

    public PythonStatus {
        ended = ended == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(ended));
        restarts = restarts == null ? 0L : restarts;
        preloadFailed = preloadFailed == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(preloadFailed));
    }
}
