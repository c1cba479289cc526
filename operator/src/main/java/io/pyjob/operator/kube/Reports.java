package io.pyjob.operator.kube;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.DriverReport;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the driver of each job said last, in memory only: each report is the whole state, and a driver says it again every
 * five seconds. A job is planned for anew when its report changes.
 */
final class Reports extends SimpleInboundEventSource<PyJob> implements ResourceEventAware<PyJob> {
    private final Map<String, DriverReport> byUid = new ConcurrentHashMap<>();

    Reports() {
        super("reports");
    }

    Optional<DriverReport> of(PyJob job) {
        return Optional.ofNullable(byUid.get(job.getMetadata().getUid()));
    }

    void reported(PyJob job, DriverReport report) {
        DriverReport before = byUid.put(job.getMetadata().getUid(), report);
        if (!report.equals(before)) {
            propagateEvent(ResourceID.fromResource(job));
        }
    }

    @Override
    public void onResourceDeleted(PyJob job) {
        byUid.remove(job.getMetadata().getUid());
    }
}
