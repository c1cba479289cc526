package io.pyjob.driver.report;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts stages and tasks from Spark's events.
 *
 * <p>Totals count what is known to be needed: a stage counts from the job that needs it, and no more once that job has
 * ended without it (its shuffle files were there already). A task that runs twice is done once. Memory is that of the
 * jobs that run; what has ended is only a sum. Belongs to one thread.
 */
final class ProgressCounter {
    private static final class Stage {
        /** Jobs that need it and have not ended. */
        final Set<Integer> jobs = new HashSet<>();

        int tasks;
        /** Partitions that are done; gone once all are. */
        @Nullable
        BitSet done = new BitSet();

        boolean active;

        Stage(int tasks) {
            this.tasks = tasks;
        }

        int tasksDone() {
            return done == null ? tasks : Math.min(done.cardinality(), tasks);
        }
    }

    private final Map<Integer, Stage> stages = new HashMap<>();
    private int endedStages;
    private int endedTasks;
    private int activeTasks;
    private int failedTasks;

    /** A job has started; it needs these stages, with this many tasks each. */
    void jobStarted(int job, Map<Integer, Integer> tasksOfStages) {
        tasksOfStages.forEach((id, tasks) ->
                stages.computeIfAbsent(id, unused -> new Stage(tasks)).jobs.add(job));
    }

    void jobEnded(int job) {
        stages.values().removeIf(stage -> {
            if (!stage.jobs.remove(job) || !stage.jobs.isEmpty()) {
                return false;
            }
            sumUp(stage);
            return true;
        });
    }

    /** Nothing runs any more, and the numbers of jobs and stages begin anew. */
    void contextStopped() {
        stages.values().forEach(this::sumUp);
        stages.clear();
        activeTasks = 0;
    }

    private void sumUp(Stage stage) {
        endedStages += stage.done == null ? 1 : 0;
        endedTasks += stage.tasksDone();
    }

    /** A stage runs. A first run has all its tasks, a repeated one only those that are missing. */
    void stageStarted(int id, int attempt, int tasks) {
        Stage stage = stages.get(id);
        if (stage != null) {
            stage.active = true;
            if (attempt == 0) {
                stage.tasks = tasks;
            }
        }
    }

    void stageEnded(int id, boolean succeeded) {
        Stage stage = stages.get(id);
        if (stage != null) {
            stage.active = false;
            if (succeeded) {
                stage.done = null;
            }
        }
    }

    void taskStarted() {
        activeTasks++;
    }

    void taskSucceeded(int stageId, int partition) {
        activeTasks--;
        Stage stage = stages.get(stageId);
        if (stage != null && stage.done != null) {
            stage.done.set(partition);
        }
    }

    void taskFailed() {
        activeTasks--;
        failedTasks++;
    }

    /** Neither done nor failed, for instance because another copy of it was faster. */
    void taskKilled() {
        activeTasks--;
    }

    Progress progress() {
        int doneStages = endedStages;
        int activeStages = 0;
        int doneTasks = endedTasks;
        int totalTasks = endedTasks;
        for (Stage stage : stages.values()) {
            doneStages += stage.done == null ? 1 : 0;
            activeStages += stage.active ? 1 : 0;
            doneTasks += stage.tasksDone();
            totalTasks += stage.tasks;
        }
        return new Progress(
                new Progress.Stages(doneStages, activeStages, endedStages + stages.size()),
                new Progress.Tasks(doneTasks, Math.max(0, activeTasks), failedTasks, totalTasks));
    }
}
