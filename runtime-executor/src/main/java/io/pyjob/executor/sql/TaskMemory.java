package io.pyjob.executor.sql;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.util.TaskCompletionListener;

/** Arrow's memory of the functions of one task. */
final class TaskMemory {
    private TaskMemory() {}

    static BufferAllocator open(TaskContext task) {
        return ArrowUtils.rootAllocator()
                .newChildAllocator("functions of task " + task.taskAttemptId(), 0, Long.MAX_VALUE);
    }

    /**
     * Frees it at the task's end. To be asked for before the runner is made, whose listener is then called before: it lets go
     * of what has not been sent.
     *
     * @param freed what holds batches, and lets go of all
     */
    static void closeAtEnd(TaskContext task, BufferAllocator allocator, Runnable freed) {
        TaskCompletionListener atEnd = finished -> {
            freed.run();
            allocator.close();
        };
        task.addTaskCompletionListener(atEnd);
    }
}
