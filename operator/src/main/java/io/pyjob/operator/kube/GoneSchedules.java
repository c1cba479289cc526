package io.pyjob.operator.kube;

import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.pyjob.api.PyJobSchedule;
import java.util.function.Consumer;

/** Tells the UID of each schedule that is no more. It brings no events. */
final class GoneSchedules extends SimpleInboundEventSource<PyJobSchedule> implements ResourceEventAware<PyJobSchedule> {
    private final Consumer<String> gone;

    GoneSchedules(Consumer<String> gone) {
        super("gone-schedules");
        this.gone = gone;
    }

    @Override
    public void onResourceDeleted(PyJobSchedule schedule) {
        gone.accept(schedule.getMetadata().getUid());
    }
}
