package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class NetworkPolicyObjectTest {
    private static final PodSettings SETTINGS = PodSettings.of("runtime", "python", "");

    @Test
    void metricsOfExecutorsAreForEveryoneByTheirName() {
        PodSettings settings = new PodSettings("runtime", "python", "", "", List.of(), true, 7090);
        PyJob job = job("flights");
        NetworkPolicyIngressRule rule =
                NetworkPolicyObject.of(job, settings).getSpec().getIngress().get(1);
        assertThat(rule.getFrom()).isEmpty();
        assertThat(rule.getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getPort().getStrVal()).isEqualTo("metrics"));
        Attempt attempt = new Attempt(job, 1, "10.96.0.17", settings);
        Pod executor = ExecutorPod.of(attempt, 1);
        Container jvm = executor.getSpec().getContainers().get(0);
        assertThat(jvm.getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getName()).isEqualTo("metrics");
            assertThat(port.getContainerPort()).isEqualTo(7090);
        });
        assertThat(jvm.getEnv()).contains(new EnvVar("PYJOB_METRICS_PORT", "7090", null));
        assertThat(executor.getMetadata().getAnnotations())
                .containsEntry("prometheus.io/scrape", "true")
                .containsEntry("prometheus.io/port", "7090");
        assertThat(DriverPod.of(attempt).getSpec().getContainers())
                .flatExtracting(Container::getPorts)
                .extracting(ContainerPort::getName)
                .doesNotContain("metrics");
    }

    @Test
    void onlyPodsOfTheJobReachPodsOfTheJob() {
        assertThat(Serialization.asYaml(NetworkPolicyObject.of(job("flights"), SETTINGS)))
                .isEqualTo("""
                        ---
                        apiVersion: "networking.k8s.io/v1"
                        kind: "NetworkPolicy"
                        metadata:
                          annotations:
                            pyjob.io/job: "flights"
                          labels:
                            app.kubernetes.io/instance: "flights"
                            app.kubernetes.io/managed-by: "pyjob"
                            app.kubernetes.io/name: "pyjob"
                            pyjob.io/job: "flights"
                          name: "flights-pyjob"
                          namespace: "science"
                          ownerReferences:
                          - apiVersion: "pyjob.io/v1alpha1"
                            kind: "PyJob"
                            controller: true
                            name: "flights"
                            uid: "3f2a9c1b-0000-4000-8000-000000000000"
                        spec:
                          ingress:
                          - from:
                            - podSelector:
                                matchLabels:
                                  pyjob.io/job: "flights"
                          podSelector:
                            matchLabels:
                              pyjob.io/job: "flights"
                          policyTypes:
                          - "Ingress"
                        """);
    }

    @Test
    void itSelectsAllPodsOfTheJobAndThoseOfNoOther() {
        for (String name : List.of("flights", "a.job.with.dots", "x".repeat(253))) {
            PyJob job = job(name);
            Attempt attempt = new Attempt(job, 2, "10.96.0.17", PodSettings.of("runtime", "python", ""));
            Map<String, String> selected = NetworkPolicyObject.of(job, SETTINGS)
                    .getSpec()
                    .getPodSelector()
                    .getMatchLabels();
            assertThat(DriverPod.of(attempt).getMetadata().getLabels()).containsAllEntriesOf(selected);
            assertThat(ExecutorPod.of(attempt, 1).getMetadata().getLabels()).containsAllEntriesOf(selected);
            Attempt other = new Attempt(job(name.substring(1)), 2, "10.96.0.18", attempt.settings());
            assertThat(ExecutorPod.of(other, 1).getMetadata().getLabels().entrySet())
                    .doesNotContainAnyElementsOf(selected.entrySet());
        }
    }

    private static PyJob job(String name) {
        PyJob job = Serialization.unmarshal("""
                apiVersion: pyjob.io/v1alpha1
                kind: PyJob
                metadata: {namespace: science, uid: 3f2a9c1b-0000-4000-8000-000000000000}
                spec:
                  script: {path: /app/main.py}
                """, PyJob.class);
        job.getMetadata().setName(name);
        return job;
    }
}
