package io.pyjob.operator.schedule;

import io.pyjob.api.PyJob;

/** One thing to do for a schedule. Every action is idempotent: what is already done counts as done. */
public sealed interface ScheduleAction {

    /** Does this action through {@code effects}. */
    void carryOut(Effects effects);

    /** What carries actions out. */
    interface Effects {
        /** Writes a run; one of that name and of this schedule that is there already is left as it is. */
        void start(PyJob run);

        /** Deletes a run with all that it has; one that is gone already is no error. */
        void delete(String run, String reason);
    }

    /** Start a run. */
    record StartRun(PyJob run) implements ScheduleAction {
        @Override
        public void carryOut(Effects effects) {
            effects.start(run);
        }
    }

    /** Delete a run: one that makes room for the next, or one of long ago. */
    record DeleteRun(String run, String reason) implements ScheduleAction {
        @Override
        public void carryOut(Effects effects) {
            effects.delete(run, reason);
        }
    }
}
