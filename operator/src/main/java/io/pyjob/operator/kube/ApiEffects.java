package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.Action;
import io.pyjob.operator.plan.Refusal.Cause;
import io.pyjob.operator.pods.PodIdentity;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the actions for one job out through the API server. What is there already under its fixed name is done.
 *
 * <p>Executors' pods are only collected; {@link #finish} creates them, several at a time, at first few: a quota that
 * refuses one would refuse the rest, too.
 */
final class ApiEffects implements Action.Effects {
    private static final Logger LOG = LoggerFactory.getLogger(ApiEffects.class);
    private static final int MOST_AT_A_TIME = 16;

    /** Said here, since a client that looks it up would not say what is missing. */
    private static final ResourceDefinitionContext POD_GROUPS = new ResourceDefinitionContext.Builder()
            .withGroup("scheduling.volcano.sh")
            .withVersion("v1beta1")
            .withKind("PodGroup")
            .withPlural("podgroups")
            .withNamespaced(true)
            .build();

    private final KubernetesClient client;
    private final JobObjects objects;
    private final Refusals refusals;
    private final Executor executor;
    private final PyJob job;
    private final boolean isServerErrorRefusal;
    private final List<Pod> executors = new ArrayList<>();

    /** With {@code isServerErrorRefusal} an error of the API server is told as a refusal. */
    ApiEffects(
            KubernetesClient client,
            JobObjects objects,
            Refusals refusals,
            Executor executor,
            PyJob job,
            boolean isServerErrorRefusal) {
        this.client = client;
        this.objects = objects;
        this.refusals = refusals;
        this.executor = executor;
        this.job = job;
        this.isServerErrorRefusal = isServerErrorRefusal;
    }

    @Override
    public void create(HasMetadata object) {
        if (object instanceof GenericKubernetesResource group) {
            String namespace = group.getMetadata().getNamespace();
            write(
                    group,
                    client.genericKubernetesResources(POD_GROUPS)
                            .inNamespace(namespace)
                            .resource(group),
                    false);
        } else {
            write(object, false);
        }
    }

    @Override
    public void createPod(Pod pod) {
        if (PodIdentity.of(pod).filter(id -> id.executorId().isPresent()).isPresent()) {
            executors.add(pod);
        } else {
            new Prerequisites(client, job).findAll(title(pod));
            write(pod, false);
        }
    }

    @Override
    public void deletePod(String name, String reason) {
        objects.pod(job, name).ifPresent(pod -> Deletion.ofPod(pod).carryOut(client));
    }

    @Override
    public void deleteJob(String reason) {
        LOG.info(
                "job {}/{} is deleted: {}",
                job.getMetadata().getNamespace(),
                job.getMetadata().getName(),
                reason);
        Deletion.ofJob(job).carryOut(client);
    }

    /** Creates the executors' pods. */
    void finish() {
        List<Pod> pods = List.copyOf(executors);
        executors.clear();
        int size = 1;
        for (int begin = 0; begin < pods.size(); size = Math.min(2 * size, MOST_AT_A_TIME)) {
            int end = Math.min(begin + size, pods.size());
            together(pods.subList(begin, end));
            begin = end;
        }
    }

    private void together(List<Pod> pods) {
        if (pods.size() == 1) {
            write(pods.get(0), true);
            return;
        }
        CompletableFuture<?>[] writes = pods.stream()
                .map(pod -> CompletableFuture.runAsync(() -> write(pod, true), executor))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(writes).join(); // ends when all have ended, the failed ones too
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void write(HasMetadata object, boolean isExecutor) {
        write(object, client.resource(object), isExecutor);
    }

    private <T extends HasMetadata> void write(T object, Resource<T> resource, boolean isExecutor) {
        try {
            objects.written(createOrFind(object, resource, isExecutor));
            refusals.taken(job, isExecutor);
        } catch (KubernetesClientException e) {
            Cause cause = ApiRefusal.cause(e).orElse(Cause.SERVER_ERROR);
            if (cause == Cause.SERVER_ERROR && !isServerErrorRefusal) {
                throw e;
            }
            throw new ApiRefusal(title(object), isExecutor, cause, ApiRefusal.message(e));
        }
    }

    private <T extends HasMetadata> T createOrFind(T object, Resource<T> resource, boolean isExecutor) {
        try {
            // A field that this API server does not know would else be left out without a word.
            return resource.fieldValidation(FieldValidateable.Validation.STRICT).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            T there = resource.get();
            if (there == null) {
                throw e; // it has just gone
            }
            if (JobObjects.isOwned(there, job)) {
                return there;
            }
            throw new ApiRefusal(title(object), isExecutor, Cause.NAME_TAKEN, taken(there));
        }
    }

    private static String taken(HasMetadata there) {
        String owner = there.getMetadata().getOwnerReferences().stream()
                .findFirst()
                .map(ApiEffects::text)
                .orElse("no owner");
        return "one of that name is there already, of " + owner
                + (there.getMetadata().getDeletionTimestamp() == null ? "" : ", and is being deleted");
    }

    private static String text(OwnerReference owner) {
        return owner.getKind() + " " + owner.getName() + " (uid " + owner.getUid() + ")";
    }

    private static String title(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }
}
