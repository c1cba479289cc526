package io.pyjob.operator.kube;

import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.Timeline;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The time line of each job that goes on, as it was planned last. In memory only: it gets into the status when that is
 * written for another reason, so that it costs no request; what a new operator finds nowhere it takes from what Kubernetes
 * says, to the second.
 */
final class Timelines {
    private final Map<String, Timeline> byUid = new ConcurrentHashMap<>();

    Timeline of(PyJob job) {
        return byUid.getOrDefault(job.getMetadata().getUid(), Timeline.NONE);
    }

    void planned(PyJob job, PyJobStatus status) {
        if (status.phase().isFinal()) {
            forget(job.getMetadata().getUid());
        } else {
            byUid.put(job.getMetadata().getUid(), Objects.requireNonNullElse(status.timeline(), Timeline.NONE));
        }
    }

    void forget(String uid) {
        byUid.remove(uid);
    }
}
