package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.Action;
import java.net.HttpURLConnection;

/** Carries the actions for one job out through the API server. What is there already under its fixed name is done. */
final class ApiEffects implements Action.Effects {
    private final KubernetesClient client;
    private final JobObjects objects;
    private final PyJob job;

    ApiEffects(KubernetesClient client, JobObjects objects, PyJob job) {
        this.client = client;
        this.objects = objects;
        this.job = job;
    }

    @Override
    public void create(HasMetadata object) {
        write(object);
    }

    @Override
    public void createPod(Pod pod) {
        write(pod);
    }

    @Override
    public void deletePod(String name, String reason) {
        client.pods()
                .inNamespace(job.getMetadata().getNamespace())
                .withName(name)
                .delete();
    }

    private <T extends HasMetadata> void write(T object) {
        try {
            objects.written(client.resource(object).create());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            T there = client.resource(object).get();
            if (there == null || !JobObjects.isOwned(there, job)) {
                throw e;
            }
            objects.written(there);
        }
    }
}
