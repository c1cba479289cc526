package io.pyjob.driver.scheduler;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which executors go when there are more than wanted. Pure. */
final class ScaleDown {
    private ScaleDown() {}

    /** An executor that works, and is not on its way out already. */
    record Candidate(String id, boolean busy) {
        private int number() {
            return Integer.parseInt(id);
        }
    }

    /**
     * Those that have nothing to do, then the latest, which hold the fewest shuffle files and cached blocks. The same
     * executors always give the same choice.
     */
    static List<String> choose(Collection<Candidate> executors, int wanted) {
        return executors.stream()
                .sorted(Comparator.comparing(Candidate::busy)
                        .thenComparing(
                                Comparator.comparingInt(Candidate::number).reversed()))
                .limit(Math.max(0, executors.size() - wanted))
                .map(Candidate::id)
                .toList();
    }
}
