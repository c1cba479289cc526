package io.pyjob.operator.plan;

import io.pyjob.api.Progress;
import io.pyjob.api.PythonStatus;
import io.pyjob.api.SparkTimeline;
import java.util.List;
import java.util.Set;

/**
 * What a driver says of itself.
 *
 * @param attempt the attempt it is of
 * @param state where its SparkContext is
 * @param wanted how many executors Spark wants
 * @param registered how many executors are connected
 * @param lastExecutorId the highest executor id that it has seen
 * @param killed ids that Spark itself asked to end: their end is no failure
 * @param progress stages and tasks
 * @param python what has gone wrong with Python workers
 * @param timeline when what happened first
 * @param conflicts jars of the job that do not go together, in a sentence each
 */
public record DriverReport(
        int attempt,
        State state,
        int wanted,
        int registered,
        int lastExecutorId,
        Set<Integer> killed,
        Progress progress,
        PythonStatus python,
        SparkTimeline timeline,
        List<String> conflicts) {

    /** Life of the driver's SparkContext. */
    public enum State {
        /** No SparkContext yet. */
        STARTING,
        /** A SparkContext is active. */
        RUNNING,
        /** The SparkContext is stopping or has stopped: executors that leave are not replaced. */
        STOPPING
    }

    /** Of a driver whose jars go together. */
    public DriverReport(
            int attempt,
            State state,
            int wanted,
            int registered,
            int lastExecutorId,
            Set<Integer> killed,
            Progress progress,
            PythonStatus python,
            SparkTimeline timeline) {
        this(attempt, state, wanted, registered, lastExecutorId, killed, progress, python, timeline, List.of());
    }

    /** Of a driver whose Python workers are well. */
    public DriverReport(
            int attempt,
            State state,
            int wanted,
            int registered,
            int lastExecutorId,
            Set<Integer> killed,
            Progress progress) {
        this(attempt, state, wanted, registered, lastExecutorId, killed, progress, PythonStatus.NONE);
    }

    /** Of a driver that says nothing of times. */
    public DriverReport(
            int attempt,
            State state,
            int wanted,
            int registered,
            int lastExecutorId,
            Set<Integer> killed,
            Progress progress,
            PythonStatus python) {
        this(attempt, state, wanted, registered, lastExecutorId, killed, progress, python, SparkTimeline.NONE);
    }

    public DriverReport {
        killed = Set.copyOf(killed);
        conflicts = List.copyOf(conflicts);
    }
}
