package io.pyjob.operator.local;

import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A job's status as one line for a person. Pure. */
final class StatusText {
    private static final int BAR = 20;
    private static final String FULL = "█";
    private static final String EMPTY = "░";

    private StatusText() {}

    /** Printed at each change where there is no terminal; so without times and, until the end, without tasks. */
    static String plain(String name, PyJobStatus status) {
        return "pyjob: " + name + ": "
                + String.join(", ", parts(status, status.phase().isFinal()));
    }

    /** For the live line of a terminal that is {@code columns} wide. */
    static String live(String name, PyJobStatus status, Duration elapsed, int columns) {
        List<String> parts = new ArrayList<>(parts(status, true));
        Progress progress = status.progress();
        if (progress.tasksTotal() > 0) {
            parts.add(bar(progress.tasksDone(), progress.tasksTotal()));
        }
        String text = name + "  " + seconds(elapsed) + "  " + String.join("  ", parts);
        int room = Math.max(columns - 1, 1);
        return text.length() <= room ? text : text.substring(0, room);
    }

    static String seconds(Duration elapsed) {
        long seconds = elapsed.toSeconds();
        return seconds < 60
                ? String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0)
                : String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60);
    }

    /** The part of {@link #plain} that is told at once when it changes. */
    static String beforeStages(String name, PyJobStatus status) {
        return "pyjob: " + name + ": " + String.join(", ", ofExecutors(status));
    }

    private static List<String> parts(PyJobStatus status, boolean withTasks) {
        List<String> parts = new ArrayList<>(ofExecutors(status));
        Progress progress = status.progress();
        if (progress.stagesTotal() > 0) {
            parts.add("stages " + progress.stagesDone() + "/" + progress.stagesTotal());
            if (withTasks) {
                parts.add("tasks " + progress.tasksDone() + "/" + progress.tasksTotal());
            }
        }
        if (progress.tasksFailed() > 0) {
            parts.add(progress.tasksFailed() + (progress.tasksFailed() == 1 ? " task failed" : " tasks failed"));
        }
        return parts;
    }

    private static List<String> ofExecutors(PyJobStatus status) {
        List<String> parts = new ArrayList<>();
        parts.add(status.phase().name());
        ExecutorsStatus executors = status.executors();
        if (executors.desired() > 0 && !status.phase().isFinal()) {
            parts.add(executors.ready() + "/" + executors.desired() + " executors");
        }
        if (executors.failed() > 0) {
            parts.add(executors.failed() + " lost");
        }
        return parts;
    }

    private static String bar(int done, int total) {
        int full = (int) Math.min(BAR, (long) BAR * done / total);
        return FULL.repeat(full) + EMPTY.repeat(BAR - full);
    }
}
