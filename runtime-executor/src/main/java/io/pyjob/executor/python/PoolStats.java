package io.pyjob.executor.python;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the pool says of itself.
 *
 * @param pool an id that each process of the pool has for itself
 * @param starts how many pools this volume has seen
 * @param idle workers that wait for a task
 * @param busy workers that have one
 * @param forked workers that this pool has started
 * @param ended workers that have ended, by cause
 * @param rss what pool and workers have resident, in bytes
 * @param limit the container's limit in bytes
 * @param usage what the container uses of it
 * @param waiting requests that wait for a worker
 * @param waited requests that had to wait, so far
 * @param waitedSeconds how long they waited in all
 * @param preloadSeconds how long the imports took
 * @param preloadFailed modules that could not be imported, and why
 * @param last the last worker that ended and should not have
 * @param before how the pool before this one ended, if badly
 */
record PoolStats(
        String pool,
        long starts,
        long idle,
        long busy,
        long forked,
        Map<String, Long> ended,
        long rss,
        OptionalLong limit,
        OptionalLong usage,
        long waiting,
        long waited,
        double waitedSeconds,
        double preloadSeconds,
        Map<String, String> preloadFailed,
        Optional<Last> last,
        Optional<String> before) {

    /** How a worker ended. */
    record Last(String cause, String message) {}

    static PoolStats parse(String answer) throws IOException {
        PoolJson json = PoolJson.parse(answer);
        PoolJson workers = json.object("workers");
        PoolJson queue = json.object("queue");
        PoolJson preload = json.object("preload");
        PoolJson last = json.object("last");
        return new PoolStats(
                json.text("pool").orElse(""),
                json.number("starts").orElse(1),
                workers.number("idle").orElse(0),
                workers.number("busy").orElse(0),
                json.number("forked").orElse(0),
                json.object("ended").counts(),
                json.number("rss").orElse(0),
                json.number("limit"),
                json.number("usage"),
                queue.number("waiting").orElse(0),
                queue.number("waited").orElse(0),
                queue.real("seconds"),
                preload.real("seconds"),
                preload.object("failed").texts(),
                last.text("message").map(message -> new Last(last.text("cause").orElse("killed"), message)),
                json.text("before"));
    }
}
