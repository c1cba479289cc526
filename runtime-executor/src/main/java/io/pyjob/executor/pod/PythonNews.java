package io.pyjob.executor.pod;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has gone wrong with a pod's Python workers, from the first on. Always the whole of it, so that one that is lost costs
 * nothing. Serializable, because executors send it to their driver.
 *
 * @param ended how many workers ended that nobody wanted to end, by cause
 * @param restarts how often the pool had to begin anew, which is how often its container was restarted
 * @param cause of the last such end; null if there was none
 * @param message about it, for the job's owner; null if there was none
 * @param preloadFailed modules that could not be imported ahead, and why
 */
public record PythonNews(
        Map<String, Long> ended,
        long restarts,
        @Nullable String cause,
        @Nullable String message,
        Map<String, String> preloadFailed)
        implements Serializable {
    public static final PythonNews NONE = new PythonNews(Map.of(), 0, null, null, Map.of());

    public PythonNews {
        ended = new TreeMap<>(ended);
        preloadFailed = new TreeMap<>(preloadFailed);
    }
}
