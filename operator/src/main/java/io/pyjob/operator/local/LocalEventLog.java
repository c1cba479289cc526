package io.pyjob.operator.local;

import io.pyjob.api.EventLogSpec;
import io.pyjob.api.PyJobSpec;

/** Where a run on this machine writes its event log: where the manifest says, but there are no claims here. */
final class LocalEventLog {
    private LocalEventLog() {}

    /** The job with the place that it has here. */
    static PyJobSpec settle(PyJobSpec spec, Display display) {
        EventLogSpec log = spec.eventLog();
        if (log == null || log.claim() == null) {
            return spec;
        }
        display.say("spec.eventLog.claim is for a cluster; --event-log DIR writes the event log here");
        return spec.withEventLog(null);
    }
}
