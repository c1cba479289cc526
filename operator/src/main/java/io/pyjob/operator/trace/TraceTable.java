package io.pyjob.operator.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A trace as lines for a terminal or a log. Pure. */
public final class TraceTable {
    private static final int BAR = 32;
    private static final char[] EIGHTHS = {' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'};
    private static final String FORMAT = "%-14s  %-24s %9s %9s  ";

    private TraceTable() {}

    /** {@code coloured} with the colours of a terminal. */
    public static List<String> lines(Trace trace, boolean coloured) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, FORMAT, trace.job(), "", "at", "took")
                .stripTrailing());
        @Nullable Lane before = null;
        for (Span span : trace.spans()) {
            String title = span.lane() == before ? "" : span.lane().title();
            before = span.lane();
            String facts = String.format(
                    Locale.ROOT, FORMAT, title, span.reached(), seconds(trace.after(span.to())), seconds(span.took()));
            String bar = bar(trace, span);
            lines.add(coloured ? facts + "\u001b[" + span.lane().ansi() + "m" + bar + "\u001b[0m" : facts + bar);
        }
        return lines;
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f s", duration.toMillis() / 1000.0);
    }

    /** What takes next to nothing still has a mark. What goes on beyond what is shown ends in an arrow. */
    private static String bar(Trace trace, Span span) {
        double shown = trace.shown().toMillis();
        double from = BAR * trace.after(span.from()).toMillis() / shown;
        double to = BAR * trace.after(span.to()).toMillis() / shown;
        if (from >= BAR) {
            return " ".repeat(BAR) + "→";
        }
        if (to > BAR) {
            int first = (int) from;
            return " ".repeat(first) + "█".repeat(BAR - first) + "→";
        }
        // In eighths of a character, of which there are only those that are filled from the left: so it begins with a
        // whole.
        int first = Math.min((int) from, BAR - 1);
        int eighths = Math.max(1, (int) Math.round((to - first) * 8));
        String whole = "█".repeat(eighths / 8);
        return " ".repeat(first) + whole + (eighths % 8 == 0 ? "" : EIGHTHS[eighths % 8]);
    }
}
