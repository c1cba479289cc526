package io.pyjob.driver.report;

import io.pyjob.executor.pod.PythonNews;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has gone wrong with Python workers, of all executors and of the driver together.
 *
 * @param ended how many workers ended that nobody wanted to end, by cause
 * @param restarts how often a pool of workers had to begin anew
 * @param last the last such end
 * @param preloadFailed modules that could not be imported ahead, and why
 */
record PythonWorkers(
        Map<String, Long> ended, long restarts, @Nullable Last last, Map<String, String> preloadFailed) {
    static final PythonWorkers NONE = new PythonWorkers(Map.of(), 0, null, Map.of());

    /** Where a worker ended last, and why. */
    record Last(String executor, String cause, String message) {}

    PythonWorkers {
        ended = new TreeMap<>(ended);
        preloadFailed = new TreeMap<>(preloadFailed);
    }

    /** Adds up what executors say, each of itself. Belongs to one thread. */
    static final class Sum {
        /** What was said by more than so many executors is only a sum, so that a job of weeks does not grow without end. */
        private static final int MOST_EXECUTORS = 1000;

        private final Map<String, PythonNews> byExecutor = new LinkedHashMap<>();
        private final Map<String, Long> endedBefore = new TreeMap<>();
        private long restartsBefore;
        private @Nullable Last last;
        private final Map<String, String> preloadFailed = new TreeMap<>();

        /** Takes what an executor says of itself, which is the whole of it; false if that is nothing new. */
        boolean said(String executor, PythonNews news) {
            PythonNews before = byExecutor.remove(executor);
            byExecutor.put(executor, news);
            if (news.equals(before)) {
                return false;
            }
            boolean isLastNew = before == null
                    || !Objects.equals(news.message(), before.message())
                    || !news.ended().equals(before.ended());
            if (news.message() != null && isLastNew) {
                last = new Last(executor, news.cause() == null ? "killed" : news.cause(), news.message());
            }
            preloadFailed.putAll(news.preloadFailed());
            while (byExecutor.size() > MOST_EXECUTORS) {
                PythonNews oldest =
                        byExecutor.remove(byExecutor.keySet().iterator().next());
                add(oldest, endedBefore);
                restartsBefore += oldest == null ? 0 : oldest.restarts();
            }
            return true;
        }

        PythonWorkers now() {
            Map<String, Long> ended = new TreeMap<>(endedBefore);
            long restarts = restartsBefore;
            for (PythonNews news : byExecutor.values()) {
                add(news, ended);
                restarts += news.restarts();
            }
            return new PythonWorkers(ended, restarts, last, preloadFailed);
        }

        private static void add(@Nullable PythonNews news, Map<String, Long> to) {
            if (news != null) {
                news.ended().forEach((cause, count) -> to.merge(cause, count, Long::sum));
            }
        }
    }
}
