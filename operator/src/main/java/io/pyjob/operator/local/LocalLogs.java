package io.pyjob.operator.local;

import io.pyjob.api.EventLogSpec;
import io.pyjob.api.LogsSpec;
import io.pyjob.api.PyJobSpec;

/** Where a run on this machine writes event log and logs: where the manifest says, but there are no claims here. */
final class LocalLogs {
    private LocalLogs() {}

    /** The job with the places that it has here. */
    static PyJobSpec settle(PyJobSpec spec, Display display) {
        return settleCopies(settleEvents(spec, display), display);
    }

    private static PyJobSpec settleEvents(PyJobSpec spec, Display display) {
        EventLogSpec log = spec.eventLog();
        if (log == null || log.claim() == null) {
            return spec;
        }
        display.say("spec.eventLog.claim is for a cluster; --event-log DIR writes the event log here");
        return spec.withEventLog(null);
    }

    private static PyJobSpec settleCopies(PyJobSpec spec, Display display) {
        LogsSpec logs = spec.logs();
        if (logs == null || logs.claim() == null) {
            return spec;
        }
        display.say("spec.logs.claim is for a cluster; --logs DIR copies what the containers write to here");
        return spec.withLogs(null);
    }
}
