package io.pyjob.operator.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A trace as lines for a terminal or a log. Pure. */
public final class TraceTable {
    /** For a log, which has no width. */
    public static final int WIDE = 96;

    private static final int SHORTEST_BAR = 10;
    private static final char[] EIGHTHS = {' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'};
    private static final int FACTS = 14 + 2 + 24 + 1 + 9 + 1 + 9 + 2;

    private TraceTable() {}

    /**
     * No wider than that many {@code columns}, of a terminal that has them.
     *
     * @param coloured whether with the colours of a terminal
     */
    public static List<String> lines(Trace trace, int columns, boolean coloured) {
        int room = Math.max(SHORTEST_BAR, columns - FACTS - 2);
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-40s %9s %9s", trace.job(), "at", "took"));
        @Nullable Lane before = null;
        for (Span span : trace.spans()) {
            String title = span.lane() == before ? "" : span.lane().title();
            before = span.lane();
            String facts = String.format(
                    Locale.ROOT,
                    "%-14s  %-24s %9s %9s  ",
                    title,
                    span.reached(),
                    seconds(trace.after(span.to())),
                    seconds(span.took()));
            String bar = bar(trace, span, room);
            lines.add(coloured ? facts + "\u001b[" + span.lane().ansi() + "m" + bar + "\u001b[0m" : facts + bar);
        }
        return lines;
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f s", duration.toMillis() / 1000.0);
    }

    /** What takes next to nothing still has a mark. What goes on beyond what is shown ends in an arrow. */
    private static String bar(Trace trace, Span span, int room) {
        double shown = trace.shown().toMillis();
        double from = room * trace.after(span.from()).toMillis() / shown;
        double to = room * trace.after(span.to()).toMillis() / shown;
        if (from >= room) {
            return " ".repeat(room) + "→";
        }
        if (to > room) {
            int first = (int) from;
            return " ".repeat(first) + "█".repeat(room - first) + "→";
        }
        // In eighths of a character, of which there are only those that are filled from the left: so it begins with
        // a whole.
        int first = Math.min((int) from, room - 1);
        int eighths = Math.max(1, (int) Math.round((to - first) * 8));
        String whole = "█".repeat(eighths / 8);
        return " ".repeat(first) + whole + (eighths % 8 == 0 ? "" : EIGHTHS[eighths % 8]);
    }
}
