package io.pyjob.driver.script;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size as Spark's settings of memory have it, {@code 4g} or {@code 4096}, in whole MiB. */
public record HeapSize(long mebibytes) {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(|[kmgtp])(i?b)?");
    private static final long LEAST_OVERHEAD = 384;

    /** Empty if it is no size: that is Spark's to refuse, in its own words. */
    static Optional<HeapSize> parse(String text) {
        Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(size.group(1));
        long mebibytes = switch (size.group(2)) {
            case "k" -> number >> 10;
            case "g" -> number << 10;
            case "t" -> number << 20;
            case "p" -> number << 30;
            default -> size.group(3) == null ? number : number >> 20; // Spark counts in MiB
        };
        return Optional.of(new HeapSize(mebibytes));
    }

    /** Whether a container of this size has such a heap, or this is the heap itself. */
    boolean isOrHasInIt(HeapSize heap) {
        return mebibytes == heap.mebibytes || heapOfContainer() == heap.mebibytes;
    }

    /** As the operator makes a heap of a container's limit. */
    public long heapOfContainer() {
        return mebibytes - Math.max(LEAST_OVERHEAD, mebibytes / 10);
    }
}
