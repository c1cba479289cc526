package io.pyjob.operator.plan;

import java.time.Duration;
import java.util.Optional;

/**
 * What a look at the pods says of the job: it goes on, it is stalled, it has ended, or its driver is to be created again.
 *
 * @param outcome how it ended
 * @param stall what keeps it from going on
 * @param againIn when the next attempt is to begin
 */
record Verdict(Optional<Outcome> outcome, Optional<Stall> stall, Optional<Duration> againIn) {
    static final Verdict GOES_ON = new Verdict(Optional.empty(), Optional.empty(), Optional.empty());

    static Verdict ended(Outcome outcome) {
        return new Verdict(Optional.of(outcome), Optional.empty(), Optional.empty());
    }

    static Verdict stalled(Stall stall) {
        return new Verdict(Optional.empty(), Optional.of(stall), Optional.empty());
    }

    /** A new attempt begins after {@code wait}, at once if that is zero; until then the job is stalled. */
    static Verdict again(Stall stall, Duration wait) {
        return new Verdict(Optional.empty(), Optional.of(stall), Optional.of(wait));
    }

    /** This, unless it says nothing. */
    Verdict or(Verdict other) {
        return equals(GOES_ON) ? other : this;
    }
}
