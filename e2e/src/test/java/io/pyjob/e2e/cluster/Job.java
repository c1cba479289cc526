package io.pyjob.e2e.cluster;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/** A job on the cluster. It looks anew each time it is asked. */
record Job(TestNamespace namespace, String name) {
    private static final Duration POLL = Duration.ofMillis(300);

    Optional<PyJob> object() {
        return Optional.ofNullable(resource().get());
    }

    private Resource<PyJob> resource() {
        return Cluster.client()
                .resources(PyJob.class)
                .inNamespace(namespace.name())
                .withName(name);
    }

    PyJobStatus status() {
        return object().map(PyJob::getStatus).orElse(PyJobStatus.NEW);
    }

    Phase phase() {
        return status().phase();
    }

    Optional<Condition> condition(String type) {
        return status().conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst();
    }

    /** Waits until the status is so; not any longer once the job has ended otherwise. */
    PyJobStatus awaits(String what, Predicate<PyJobStatus> holds) {
        PyJobStatus seen = within(
                what,
                this::status,
                status -> holds.test(status) || status.phase().isFinal());
        assertThat(holds.test(seen)).as(() -> what + "; but " + told()).isTrue();
        return seen;
    }

    private <T> T within(String what, Callable<T> look, Predicate<T> enough) {
        try {
            return await().atMost(Cluster.LONG).pollInterval(POLL).until(look, enough);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not within " + Cluster.LONG.toSeconds() + " s: " + what + "; " + told(), e);
        }
    }

    /** Waits until the condition is true. */
    Condition awaits(String condition) {
        awaits(condition, status -> isTrue(status, condition));
        return condition(condition).orElseThrow();
    }

    private static boolean isTrue(PyJobStatus status, String condition) {
        return status.conditions().stream()
                .anyMatch(c -> c.getType().equals(condition) && c.getStatus().equals("True"));
    }

    Job awaitsExecutors(int ready) {
        awaits(ready + " executors", status -> status.executors().ready() == ready);
        return this;
    }

    /** Waits until the script has said that. */
    Job says(String text) {
        within("to say " + text, this::output, said -> said.contains(text) || phase().isFinal());
        assertThat(output()).as(this::told).contains(text);
        return this;
    }

    /** For a script that waits for {@code go(name)}, see {@link Scripts}. */
    void go(String signal) {
        namespace
                .kubectl("exec", driver().getMetadata().getName(), "-c", "python", "--", "touch", "/tmp/" + signal)
                .ok();
    }

    /** Its status once it has ended, in whatever way. */
    PyJobStatus ends() {
        return awaits("ends", status -> status.phase().isFinal());
    }

    /** What the script has said, once the job has succeeded. */
    String succeeds() {
        PyJobStatus status = ends();
        assertThat(status.phase()).as(this::told).isEqualTo(Phase.Succeeded);
        assertThat(status.exitCode()).as(this::told).isZero();
        return output();
    }

    /** The status once the job has failed. */
    PyJobStatus fails() {
        PyJobStatus status = ends();
        assertThat(status.phase()).as(this::told).isEqualTo(Phase.Failed);
        assertThat(status.message()).as(this::told).isNotBlank();
        assertThat(status.completionTime()).as(this::told).isNotBlank();
        return status;
    }

    /** What its message is, once it has failed. */
    String failsWith() {
        return Optional.ofNullable(fails().message()).orElse("");
    }

    /** What its script has written so far, as kubectl logs would show it. */
    String output() {
        return drivers().stream().findFirst().map(pod -> log(pod, "python")).orElse("");
    }

    /** Empty while the container has not started. */
    String log(Pod pod, String container) {
        try {
            return Cluster.client()
                    .pods()
                    .inNamespace(namespace.name())
                    .withName(pod.getMetadata().getName())
                    .inContainer(container)
                    .getLog();
        } catch (KubernetesClientException e) {
            if (e.getCode() == 400 || e.getCode() == 404) { // it has not started, or has gone
                return "";
            }
            throw e;
        }
    }

    List<Pod> pods() {
        String uid = object().map(job -> job.getMetadata().getUid()).orElse("");
        return namespace.pods().stream().filter(pod -> isOwnedBy(uid, pod)).toList();
    }

    static boolean isOwnedBy(String uid, HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(uid));
    }

    static ContainerStatus container(Pod pod, String container) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .filter(status -> status.getName().equals(container))
                .findFirst()
                .orElseThrow();
    }

    private List<Pod> withRole(String role) {
        return pods().stream()
                .filter(pod -> role.equals(pod.getMetadata().getLabels().get("pyjob.io/role")))
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    /** One, or none yet. */
    List<Pod> drivers() {
        return withRole("driver");
    }

    Pod driver() {
        await(name + " to have a driver")
                .atMost(Cluster.SOON)
                .until(() -> !drivers().isEmpty());
        assertThat(drivers()).as("drivers of " + name).hasSize(1);
        return drivers().get(0);
    }

    /** All that there are, those that have ended too. */
    List<Pod> executors() {
        return withRole("executor");
    }

    /** What Kubernetes and the operator told of the job itself, as kubectl describe shows it. */
    List<Event> events() {
        String uid = object().map(job -> job.getMetadata().getUid()).orElse("");
        return namespace.events().stream()
                .filter(event -> uid.equals(Optional.ofNullable(event.getInvolvedObject())
                        .map(ObjectReference::getUid)
                        .orElse("")))
                .toList();
    }

    /** Deletes it as a user does, which waits for its end. */
    void delete() {
        namespace.deletes(name);
        namespace.kubectl("delete", "pyjob", name).ok();
    }

    /** For messages of assertions. */
    String told() {
        PyJobStatus status = status();
        String conditions = status.conditions().stream()
                .map(c -> "  %s=%s %s: %s%n"
                        .formatted(c.getType(), c.getStatus(), c.getReason(), firstLine(c.getMessage())))
                .collect(joining());
        return "%s is %s, exit code %s, %s, message: %s%n%s-- the script's output%n%s"
                .formatted(
                        name,
                        status.phase(),
                        status.exitCode(),
                        status.executors(),
                        status.message(),
                        conditions,
                        output());
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
