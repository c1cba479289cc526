package io.pyjob.executor.python;

import java.util.Map;
import java.util.OptionalLong;

/**
 * A pod's Python workers in numbers. What only grows counts from the pod's start, over all pools that it has had.
 *
 * @param idle workers of the pool that wait for a task
 * @param busy workers of the pool that have one
 * @param forked workers started
 * @param ended workers that have ended, by cause
 * @param restarts how often a pool began anew
 * @param waiting requests that wait for a worker
 * @param waited requests that had to wait
 * @param waitedSeconds how long they waited in all
 * @param tasks how often a worker was handed to a task
 * @param acquireSeconds how long tasks waited for theirs in all
 * @param rss what the pool and its workers have resident, in bytes
 * @param usage what the container uses, in bytes
 * @param limit the container's limit, in bytes
 * @param preloadSeconds how long the imports took
 * @param preloadFailed how many modules could not be imported
 */
public record PoolFigures(
        long idle,
        long busy,
        long forked,
        Map<String, Long> ended,
        long restarts,
        long waiting,
        long waited,
        double waitedSeconds,
        long tasks,
        double acquireSeconds,
        long rss,
        OptionalLong usage,
        OptionalLong limit,
        double preloadSeconds,
        long preloadFailed) {}
