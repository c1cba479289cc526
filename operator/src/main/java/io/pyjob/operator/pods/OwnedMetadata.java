package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.pyjob.api.PyJob;
import java.util.List;
import java.util.Map;

/** Metadata of an object that goes when its PyJob goes. */
final class OwnedMetadata {
    /** The job's full name, which may be too long for a label. */
    static final String JOB_ANNOTATION = "pyjob.io/job";

    private OwnedMetadata() {}

    static ObjectMeta of(PyJob job, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(job.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(Map.of(JOB_ANNOTATION, job.getMetadata().getName()))
                .withOwnerReferences(owners(job))
                .build();
    }

    private static List<OwnerReference> owners(PyJob job) {
        String uid = job.getMetadata().getUid();
        if (uid == null) {
            return List.of(); // run as local processes: nothing there collects garbage
        }
        return List.of(new OwnerReferenceBuilder()
                .withApiVersion(job.getApiVersion())
                .withKind(job.getKind())
                .withName(job.getMetadata().getName())
                .withUid(uid)
                .withController(true)
                .build());
    }
}
