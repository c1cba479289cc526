package io.pyjob.operator.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a job's status, and nothing else of it.
 *
 * <p>The version of the job that was planned from goes with it: whatever somebody has written since, be it another operator
 * that leads now, refuses the write, and the job is planned for anew.
 */
final class StatusPatch {
    private final KubernetesClient client;

    StatusPatch(KubernetesClient client) {
        this.client = client;
    }

    PyJob write(PyJob job, PyJobStatus status) {
        String version = Objects.requireNonNull(job.getMetadata().getResourceVersion(), "a job that is not a server's");
        // Not a merge: that would leave what is no longer said.
        String patch = client.getKubernetesSerialization()
                .asJson(List.of(
                        Map.of("op", "replace", "path", "/metadata/resourceVersion", "value", version),
                        Map.of("op", "add", "path", "/status", "value", status)));
        // By the object, not by its name: by its name the client would fetch it first.
        return client.resource(job).subresource("status").patch(PatchContext.of(PatchType.JSON), patch);
    }
}
