package io.pyjob.operator.plan;

import io.pyjob.operator.plan.DriverReport.State;
import io.pyjob.operator.pods.ExecutorBounds;

/**
 * How many executors there should be.
 *
 * @param state where the driver's SparkContext is
 * @param desired how many executors there should be
 */
record ExecutorTarget(State state, int desired) {

    static ExecutorTarget of(Situation s) {
        State state = s.report().map(DriverReport::state).orElse(withoutReport(s));
        return new ExecutorTarget(state, state == State.STOPPING ? 0 : desired(s, state));
    }

    /** Until a driver reports, no more is assumed than that it has started; a driver that never will is past that. */
    private static State withoutReport(Situation s) {
        return s.settings().reportUrl().isEmpty() ? State.RUNNING : State.STARTING;
    }

    private static int desired(Situation s, State state) {
        return ExecutorBounds.of(s.spec().executors())
                .map(bounds -> chosenBySpark(s, state, bounds))
                .orElse(s.spec().executors().instances());
    }

    private static int chosenBySpark(Situation s, State state, ExecutorBounds bounds) {
        if (s.report().isPresent()) {
            return state == State.RUNNING ? bounds.clamp(s.report().get().wanted()) : bounds.initial();
        }
        // Reports are not kept when the operator restarts; until the next one the last choice holds.
        return s.before().phase().isBeforePods()
                ? bounds.initial()
                : bounds.clamp(s.before().executors().desired());
    }
}
