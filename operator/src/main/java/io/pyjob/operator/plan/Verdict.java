package io.pyjob.operator.plan;

import java.util.Optional;

/**
 * What a look at the pods says of the job: it goes on, it is stalled, or it has ended.
 *
 * @param outcome how it ended
 * @param stall what keeps it from going on
 */
record Verdict(Optional<Outcome> outcome, Optional<Stall> stall) {
    static final Verdict GOES_ON = new Verdict(Optional.empty(), Optional.empty());

    static Verdict ended(Outcome outcome) {
        return new Verdict(Optional.of(outcome), Optional.empty());
    }

    static Verdict stalled(Stall stall) {
        return new Verdict(Optional.empty(), Optional.of(stall));
    }

    /** This, unless it says nothing. */
    Verdict or(Verdict other) {
        return equals(GOES_ON) ? other : this;
    }
}
