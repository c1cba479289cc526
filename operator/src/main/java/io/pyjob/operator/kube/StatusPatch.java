package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes the status of a job or a schedule, and nothing else of it.
 *
 * <p>The version that was planned from goes with it: whatever somebody has written since, be it another operator that leads
 * now, refuses the write, and there is a new plan.
 */
final class StatusPatch {
    /** After somebody else has changed the object, which its informer is about to tell. */
    private static final Duration CONFLICT = Duration.ofMillis(200);

    private final KubernetesClient client;

    StatusPatch(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Writes it, and has the next reconciliation see it.
     *
     * @return what to answer where it has not been written: to look again soon at what somebody has changed since, and not at
     *     all at what is gone
     */
    <T extends HasMetadata> Optional<UpdateControl<T>> write(T object, Object status, Context<T> context) {
        try {
            T written = patch(object, status);
            context.eventSourceRetriever()
                    .getControllerEventSource()
                    .handleRecentResourceUpdate(ResourceID.fromResource(object), written, object);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Optional.of(UpdateControl.<T>noUpdate().rescheduleAfter(CONFLICT));
            }
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.of(UpdateControl.noUpdate());
            }
            throw e;
        }
    }

    private <T extends HasMetadata> T patch(T object, Object status) {
        String version = Objects.requireNonNull(object.getMetadata().getResourceVersion(), "it is not a server's");
        // Not a merge: that would leave what is no longer said.
        String patch = client.getKubernetesSerialization()
                .asJson(List.of(
                        Map.of("op", "replace", "path", "/metadata/resourceVersion", "value", version),
                        Map.of("op", "add", "path", "/status", "value", status)));
        // By the object, not by its name: by its name the client would fetch it first.
        return client.resource(object).subresource("status").patch(PatchContext.of(PatchType.JSON), patch);
    }
}
