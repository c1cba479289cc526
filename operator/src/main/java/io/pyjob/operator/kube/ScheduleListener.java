package io.pyjob.operator.kube;

import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;

/** Is told what becomes of schedules. Called on the reconciler's threads, though never two for one schedule. */
public interface ScheduleListener {

    /** The status of {@code schedule} was {@code before}, and {@code after} has been written. */
    void statusChanged(PyJobSchedule schedule, PyJobScheduleStatus before, PyJobScheduleStatus after);
}
