package io.pyjob.operator.trace;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A trace as an SVG picture: a row for each thing that was reached. Pure. */
public final class TracePicture {
    private static final int WIDTH = 980;
    private static final int LEFT = 305;
    private static final int RIGHT = 80;
    private static final int TOP = 64;
    private static final int ROW = 22;
    private static final int BOTTOM = 18;
    private static final int MOST_TICKS = 12;

    private final Trace trace;
    private final int height;
    private final double scale;
    private final StringBuilder svg = new StringBuilder(8192);

    private TracePicture(Trace trace) {
        this.trace = trace;
        height = TOP + ROW * trace.spans().size() + BOTTOM;
        scale = (double) (WIDTH - LEFT - RIGHT) / trace.shown().toMillis();
    }

    /** The picture, a whole file. */
    public static String svg(Trace trace) {
        return new TracePicture(trace).drawn();
    }

    private String drawn() {
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"",
                WIDTH, height, WIDTH, height);
        line("     font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#24292f\">");
        line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
        line("<text x=\"14\" y=\"26\" font-size=\"16\" font-weight=\"600\">%s</text>", escaped(trace.job()));
        line(
                "<text x=\"%d\" y=\"26\" text-anchor=\"end\" fill=\"#57606a\">%s from its creation to its end</text>",
                WIDTH - 14, TraceTable.seconds(trace.took()));
        ticks();
        @Nullable Lane before = null;
        int y = TOP;
        for (Span span : trace.spans()) {
            row(span, span.lane() != before, y);
            before = span.lane();
            y += ROW;
        }
        line("</svg>");
        return svg.toString();
    }

    private void ticks() {
        Duration shown = trace.shown();
        long step = step(shown.toMillis());
        for (long at = 0; at <= shown.toMillis(); at += step) {
            double x = x(at);
            line(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#d8dee4\"/>",
                    x, TOP - 8, x, height - BOTTOM);
            line(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\" fill=\"#57606a\">%s s</text>",
                    x, TOP - 14, number(at));
        }
    }

    private void row(Span span, boolean isFirstOfLane, int y) {
        if (isFirstOfLane) {
            line("<line x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d8dee4\"/>", y, WIDTH, y);
            line(
                    "<text x=\"14\" y=\"%d\" font-weight=\"600\">%s</text>",
                    y + 16, escaped(span.lane().title()));
        }
        line("<text x=\"126\" y=\"%d\">%s</text>", y + 16, escaped(span.reached()));
        long shown = trace.shown().toMillis();
        long from = Math.min(trace.after(span.from()).toMillis(), shown);
        long to = Math.min(trace.after(span.to()).toMillis(), shown);
        double width = Math.max(2, x(to) - x(from));
        line(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"><title>%s at %s</title></rect>",
                x(from), y + 4, width, ROW - 8, span.lane().colour(), escaped(span.reached()), span.to());
        String beyond = trace.after(span.to()).toMillis() > shown ? " →" : "";
        line(
                "<text x=\"%.1f\" y=\"%d\" font-size=\"11\" fill=\"#57606a\">%s%s</text>",
                x(from) + width + 5, y + 15, TraceTable.seconds(span.took()), beyond);
    }

    private double x(long millis) {
        return LEFT + millis * scale;
    }

    /** 1, 2 or 5 times a power of ten, so that there are not too many ticks. */
    static long step(long millis) {
        for (long power = 1; ; power *= 10) {
            for (int times : new int[] {1, 2, 5}) {
                if (millis / (power * times) <= MOST_TICKS) {
                    return power * times;
                }
            }
        }
    }

    private static String number(long millis) {
        return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(millis / 1000.0);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
