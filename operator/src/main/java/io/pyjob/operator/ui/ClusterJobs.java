package io.pyjob.operator.ui;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pyjob.api.AttemptStatus;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.pods.Attempt;
import io.pyjob.operator.pods.JobNames;
import io.pyjob.operator.pods.SparkUi;
import io.pyjob.operator.ui.JobView.Application;
import io.pyjob.operator.ui.JobView.Driver;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Jobs as the API server has them; those that are gone as the history server has them. */
public final class ClusterJobs implements Jobs {
    /** An attempt's pages are found by its number; the status tells of the latest ten only, but event logs stay. */
    private static final int MOST_ATTEMPTS = 50;

    private final KubernetesClient client;
    private final HistoryServers servers;
    private final boolean hasUiByDefault;

    public ClusterJobs(KubernetesClient client, HistoryServers servers, boolean hasUiByDefault) {
        this.client = client;
        this.servers = servers;
        this.hasUiByDefault = hasUiByDefault;
    }

    @Override
    public JobView find(String namespace, String name) {
        PyJob job = client.resources(PyJob.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (job == null) {
            List<Application> left = servers.of(namespace)
                    .map(server -> new EventLogs(server).of(namespace, name))
                    .orElse(List.of());
            return new JobView("", false, Optional.empty(), left);
        }
        PyJobStatus status = Objects.requireNonNullElse(job.getStatus(), PyJobStatus.NEW);
        Optional<Driver> driver = status.phase().isFinal() ? Optional.empty() : driver(job, status.attempt());
        boolean hasUi = job.getSpec()
                .conf()
                .getOrDefault("spark.ui.enabled", Boolean.toString(hasUiByDefault))
                .equalsIgnoreCase("true");
        return new JobView(status.phase().name(), hasUi, driver, applications(job, status));
    }

    @Override
    public Optional<URI> history(String namespace) {
        return servers.of(namespace);
    }

    /** Its address as the kubelet has told it, and of a pod that is this job's own. */
    private Optional<Driver> driver(PyJob job, int attempt) {
        Pod pod = client.pods()
                .inNamespace(job.getMetadata().getNamespace())
                .withName(JobNames.of(job).driverPod(attempt))
                .get();
        if (pod == null
                || pod.getStatus() == null
                || pod.getStatus().getPodIP() == null
                || !"Running".equals(pod.getStatus().getPhase())
                || pod.getMetadata().getOwnerReferences().stream()
                        .noneMatch(owner ->
                                Objects.equals(owner.getUid(), job.getMetadata().getUid()))) {
            return Optional.empty();
        }
        return Optional.of(
                new Driver(pod.getStatus().getPodIP(), SparkUi.port(job), Attempt.applicationId(job, attempt)));
    }

    private static List<Application> applications(PyJob job, PyJobStatus status) {
        int last = status.attempt();
        return IntStream.rangeClosed(Math.max(1, last - MOST_ATTEMPTS + 1), last)
                .mapToObj(n -> new Application(n, Attempt.applicationId(job, n), told(status, n)))
                .filter(a -> a.attempt() < last || !status.phase().isBeforePods())
                .toList();
    }

    private static String told(PyJobStatus status, int attempt) {
        return status.attempts().stream()
                .filter(a -> a.number() == attempt)
                .map(ClusterJobs::told)
                .findFirst()
                .orElse("");
    }

    private static String told(AttemptStatus attempt) {
        if (attempt.completionTime() == null) {
            return "";
        }
        String message = Objects.requireNonNullElse(attempt.message(), "");
        return attempt.completionTime() + " "
                + Objects.requireNonNullElse(attempt.reason(), "")
                + (message.isEmpty() ? "" : ": " + message);
    }
}
