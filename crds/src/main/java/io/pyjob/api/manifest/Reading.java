package io.pyjob.api.manifest;

import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import java.util.List;
import java.util.Optional;

/** What came of reading a manifest. */
public sealed interface Reading {
    /** The job, for a schedule what each of its runs is; empty if there are faults. */
    Optional<PyJob> job();

    /** The schedule, if it is one; empty if there are faults. */
    Optional<PyJobSchedule> schedule();

    /** All that is wrong; empty if there is a job. */
    List<Fault> faults();

    /** Nothing is wrong. */
    record Valid(PyJob value, Optional<PyJobSchedule> schedule) implements Reading {
        @Override
        public Optional<PyJob> job() {
            return Optional.of(value);
        }

        @Override
        public List<Fault> faults() {
            return List.of();
        }
    }

    /** There is at least one fault. */
    record Invalid(List<Fault> faults) implements Reading {
        public Invalid {
            faults = List.copyOf(faults);
            if (faults.isEmpty()) {
                throw new IllegalArgumentException("a manifest without faults is not invalid");
            }
        }

        @Override
        public Optional<PyJob> job() {
            return Optional.empty();
        }

        @Override
        public Optional<PyJobSchedule> schedule() {
            return Optional.empty();
        }
    }
}
