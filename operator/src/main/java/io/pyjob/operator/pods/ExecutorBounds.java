package io.pyjob.operator.pods;

import io.pyjob.api.ExecutorsSpec;
import java.util.Optional;

/**
 * Between what numbers Spark itself chooses how many executors it has (dynamic allocation).
 *
 * @param min at least so many
 * @param max at most so many
 * @param initial so many before Spark has chosen
 */
public record ExecutorBounds(int min, int max, int initial) {

    /** Empty if the number is the user's alone. */
    public static Optional<ExecutorBounds> of(ExecutorsSpec executors) {
        Integer min = executors.min();
        Integer max = executors.max();
        if (min == null || max == null) {
            return Optional.empty();
        }
        int initial = Math.max(min, Math.min(executors.instances(), max));
        return Optional.of(new ExecutorBounds(min, max, initial));
    }

    /** {@code wanted}, or the bound that it passes. */
    public int clamp(int wanted) {
        return Math.max(min, Math.min(wanted, max));
    }
}
