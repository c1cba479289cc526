package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pyjob.api.PyJob;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * The deletion of one object that has been looked at, and of no other: one that has come to its name since stays.
 *
 * @param path the object's, in the API server
 * @param uid the object's
 * @param version the only one that is to be deleted, if it matters
 */
record Deletion(String path, String uid, @Nullable String version) {

    static Deletion ofPod(Pod pod) {
        return new Deletion(
                path("/api/v1", "pods", pod.getMetadata()), pod.getMetadata().getUid(), null);
    }

    /** Not if it has been edited since: it may be wanted for longer. */
    static Deletion ofJob(PyJob job) {
        ObjectMeta metadata = job.getMetadata();
        return new Deletion(
                path("/apis/" + job.getApiVersion(), "pyjobs", metadata),
                metadata.getUid(),
                metadata.getResourceVersion());
    }

    private static String path(String api, String resources, ObjectMeta metadata) {
        return api + "/namespaces/" + metadata.getNamespace() + "/" + resources + "/" + metadata.getName();
    }

    /** By hand, as the client knows of no precondition but a version. What is gone, or another one, is no error. */
    void carryOut(KubernetesClient client) {
        DeleteOptions thisOne = new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(uid)
                .withResourceVersion(version)
                .endPreconditions()
                .build();
        try {
            client.raw(path, "DELETE", thisOne);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }
}
