package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.BatchScheduler;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.QueueSpec;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a batch scheduler wants to read on pods that wait in one of its queues. */
public final class BatchQueue {
    private static final String DRIVER = "driver";
    private static final String EXECUTOR = "executor";

    private static final String KUEUE = "kueue.x-k8s.io/";
    private static final String VOLCANO = "scheduling.volcano.sh/";
    private static final String YUNIKORN = "yunikorn.apache.org/";

    private BatchQueue() {}

    /**
     * {@code pod} as a member of the job's queue, if it has one.
     *
     * @param executor an executor's pod, of which only the sizes count; its own for an executor
     */
    static Pod onto(Pod pod, Attempt attempt, boolean isDriver, Pod executor) {
        QueueSpec queue = attempt.job().getSpec().queue();
        if (queue == null) {
            return pod;
        }
        if (queue.scheduler() == BatchScheduler.Kueue) {
            return kueue(pod, attempt, queue, isDriver);
        }
        return queue.scheduler() == BatchScheduler.Volcano
                ? volcano(pod, attempt, queue)
                : yuniKorn(pod, attempt, queue, isDriver, executor);
    }

    private static Pod kueue(Pod pod, Attempt attempt, QueueSpec queue, boolean isDriver) {
        Map<String, String> labels = new TreeMap<>(Map.of(KUEUE + "queue-name", queue.name()));
        Map<String, String> annotations = new TreeMap<>();
        if (queue.gang()) {
            labels.put(KUEUE + "pod-group-name", groupName(attempt));
            annotations.put(KUEUE + "pod-group-total-count", Integer.toString(members(attempt)));
            if (isDriver) {
                // When nothing of the group runs any more it has ended, though not all may have succeeded.
                annotations.put(KUEUE + "retriable-in-group", "false");
            }
        }
        return with(pod, labels, annotations, pod.getSpec().getSchedulerName());
    }

    private static Pod volcano(Pod pod, Attempt attempt, QueueSpec queue) {
        Map<String, String> annotations = new TreeMap<>(Map.of(VOLCANO + "queue-name", queue.name()));
        if (queue.gang()) {
            annotations.put("scheduling.k8s.io/group-name", groupName(attempt));
        }
        return with(pod, Map.of(), annotations, "volcano");
    }

    private static Pod yuniKorn(Pod pod, Attempt attempt, QueueSpec queue, boolean isDriver, Pod executor) {
        Map<String, String> annotations = new TreeMap<>();
        if (queue.gang()) {
            annotations.put(YUNIKORN + "task-group-name", isDriver ? DRIVER : EXECUTOR);
            if (isDriver) {
                annotations.put(YUNIKORN + "task-groups", taskGroups(attempt, pod, executor));
            }
        }
        Map<String, String> labels = Map.of("applicationId", attempt.applicationId(), "queue", queue.name());
        return with(pod, new TreeMap<>(labels), annotations, "yunikorn");
    }

    private static Pod with(
            Pod pod, Map<String, String> labels, Map<String, String> annotations, @Nullable String schedulerName) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels(labels)
                .addToAnnotations(annotations)
                .endMetadata()
                .editSpec()
                .withSchedulerName(schedulerName)
                .endSpec()
                .build();
    }

    /** Volcano's record of what starts together; empty if the job has none. It comes before the pods. */
    public static Optional<GenericKubernetesResource> podGroup(Attempt attempt) {
        QueueSpec queue = attempt.job().getSpec().queue();
        if (queue == null || queue.scheduler() != BatchScheduler.Volcano || !queue.gang()) {
            return Optional.empty();
        }
        Pod driver = DriverPod.of(attempt);
        SortedMap<String, BigDecimal> all = new TreeMap<>();
        add(all, driver, 1);
        add(all, ExecutorPod.of(attempt, 1), executors(attempt));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("minMember", members(attempt));
        spec.put("queue", queue.name());
        spec.put("minResources", PodRequests.texts(all));
        String priority = driver.getSpec().getPriorityClassName();
        if (priority != null) {
            spec.put("priorityClassName", priority);
        }
        GenericKubernetesResource group = new GenericKubernetesResource();
        group.setApiVersion("scheduling.volcano.sh/v1beta1");
        group.setKind("PodGroup");
        group.setMetadata(OwnedMetadata.of(attempt.job(), groupName(attempt), Labels.of(attempt.job())));
        group.setAdditionalProperty("spec", spec);
        return Optional.of(group);
    }

    private static void add(SortedMap<String, BigDecimal> sum, Pod pod, int times) {
        PodRequests.amounts(pod)
                .forEach(
                        (name, amount) -> sum.merge(name, amount.multiply(BigDecimal.valueOf(times)), BigDecimal::add));
    }

    private static String groupName(Attempt attempt) {
        return attempt.names().base() + "-" + attempt.number();
    }

    /** How many executors there are to be before any pod starts. */
    private static int executors(Attempt attempt) {
        ExecutorsSpec executors = attempt.job().getSpec().executors();
        return Objects.requireNonNullElse(executors.min(), executors.instances());
    }

    private static int members(Attempt attempt) {
        return 1 + executors(attempt);
    }

    private static String taskGroups(Attempt attempt, Pod driver, Pod executor) {
        List<Map<String, Object>> groups = executors(attempt) == 0
                ? List.of(taskGroup(DRIVER, 1, driver))
                : List.of(taskGroup(DRIVER, 1, driver), taskGroup(EXECUTOR, executors(attempt), executor));
        return Serialization.asJson(groups);
    }

    /** Placeholders of that size hold the places of the pods: they have to fit where the pods do. */
    private static Map<String, Object> taskGroup(String name, int members, Pod pod) {
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("name", name);
        group.put("minMember", members);
        group.put("minResource", PodRequests.of(pod));
        if (pod.getSpec().getNodeSelector() != null
                && !pod.getSpec().getNodeSelector().isEmpty()) {
            group.put("nodeSelector", pod.getSpec().getNodeSelector());
        }
        if (!pod.getSpec().getTolerations().isEmpty()) {
            group.put("tolerations", pod.getSpec().getTolerations());
        }
        if (pod.getSpec().getAffinity() != null) {
            group.put("affinity", pod.getSpec().getAffinity());
        }
        return group;
    }
}
