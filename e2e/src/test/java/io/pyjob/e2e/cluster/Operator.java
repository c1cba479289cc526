package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The operator that e2e/run has installed. */
final class Operator {
    private static final String NAMESPACE = Cluster.operatorNamespace();

    private Operator() {}

    /** Those that are not on their way out. */
    static List<Pod> pods() {
        return Cluster.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", "pyjob-operator")
                .withLabel("app.kubernetes.io/instance", Cluster.release())
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    private static boolean isReady(Pod pod) {
        return Optional.ofNullable(pod.getStatus().getConditions()).stream()
                .flatMap(List::stream)
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    static void scale(int replicas) {
        Kubectl.run("-n", NAMESPACE, "scale", deployment(), "--replicas=" + replicas)
                .ok();
        isUp(replicas);
    }

    /** New jobs' JVMs run in that image; gives the one before. */
    static String runsIn(String runtimeImage) {
        String image = "jsonpath={.spec.template.spec.containers[0].env[?(@.name==\"PYJOB_RUNTIME_IMAGE\")].value}";
        String before =
                Kubectl.run("-n", NAMESPACE, "get", deployment(), "-o", image).ok();
        Kubectl.run("-n", NAMESPACE, "set", "env", deployment(), "PYJOB_RUNTIME_IMAGE=" + runtimeImage)
                .ok();
        Kubectl.run("-n", NAMESPACE, "rollout", "status", deployment(), "--timeout=120s")
                .ok();
        return before;
    }

    static void isUp(int replicas) {
        await(replicas + " operators to be ready")
                .atMost(Cluster.LONG)
                .untilAsserted(() -> assertThat(pods()).hasSize(replicas).allMatch(Operator::isReady));
    }

    private static String deployment() {
        String label = "app.kubernetes.io/instance=" + Cluster.release();
        List<String> names = Kubectl.run("-n", NAMESPACE, "get", "deployments", "-l", label, "-o", "name")
                .ok()
                .lines()
                .toList();
        assertThat(names).as("deployments of release " + Cluster.release()).hasSize(1);
        return names.get(0);
    }

    /** The pod that holds the lease. */
    static Pod leader() {
        return await("a leader")
                .atMost(Cluster.SOON)
                .until(
                        () -> holder().flatMap(name -> pods().stream()
                                .filter(pod -> name.contains(pod.getMetadata().getName()))
                                .findFirst()),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<String> holder() {
        return Cluster.client().leases().inNamespace(NAMESPACE).list().getItems().stream()
                .map(Lease::getSpec)
                .flatMap(spec -> Optional.ofNullable(spec.getHolderIdentity()).stream())
                .filter(holder -> !holder.isEmpty())
                .findFirst();
    }

    /** Where drivers' reports go: addresses behind the Service. */
    static List<String> reportAddresses() {
        return Cluster.client().discovery().v1().endpointSlices().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(slice -> slice.getPorts().stream().anyMatch(port -> port.getPort() == 7070))
                .flatMap(slice -> slice.getEndpoints() == null ? Stream.of() : slice.getEndpoints().stream())
                .flatMap(endpoint -> endpoint.getAddresses().stream())
                .toList();
    }

    static int restarts() {
        return pods().stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .mapToInt(status -> status.getRestartCount())
                .sum();
    }
}
