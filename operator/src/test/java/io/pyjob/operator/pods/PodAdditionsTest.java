package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How what the manifest says of pods is merged into them; how whole pods look is in the golden files. */
final class PodAdditionsTest {
    private static Attempt attempt(String spec) {
        PyJob job = Serialization.unmarshal("""
                        apiVersion: pyjob.io/v1alpha1
                        kind: PyJob
                        metadata: {name: flights, namespace: science, uid: 3f2a9c1b-0000-4000-8000-000000000000}
                        spec:
                          script: {path: /app/main.py}
                        """ + spec.indent(2), PyJob.class);
        return new Attempt(
                job,
                2,
                "10.96.0.17",
                new PodSettings("runtime", "python", "http://operator/report", "", List.of("operators"), false, 0));
    }

    private static Container container(Pod pod, String name) {
        return Stream.of(pod.getSpec().getContainers(), pod.getSpec().getInitContainers())
                .flatMap(List::stream)
                .filter(container -> container.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPodOfWhichNothingIsSaidStaysAsItIs() {
        assertThat(DriverPod.of(attempt("pods: {}"))).isEqualTo(DriverPod.of(attempt("")));
        assertThat(ExecutorPod.of(attempt("executors: {pod: {template: {}}}"), 1))
                .isEqualTo(ExecutorPod.of(attempt(""), 1));
    }

    @Test
    void whatIsSaidOfARoleWinsAndListsOfItAreAdded() {
        Attempt attempt = attempt("""
                pods:
                  nodeSelector: {pool: batch, zone: a}
                  tolerations: [{key: batch, operator: Exists}]
                  schedulerName: common
                  imagePullSecrets: [{name: one}]
                  template: {spec: {schedulerName: of-template, priorityClassName: low, tolerations: [{key: second, operator: Exists}]}}
                driver:
                  pod:
                    nodeSelector: {pool: on-demand}
                    tolerations: [{key: third, operator: Exists}]
                    priorityClassName: high
                    imagePullSecrets: [{name: one}, {name: two}]
                """);
        Pod driver = DriverPod.of(attempt);
        assertThat(driver.getSpec().getNodeSelector()).isEqualTo(Map.of("pool", "on-demand", "zone", "a"));
        assertThat(driver.getSpec().getTolerations()).extracting("key").containsExactly("batch", "second", "third");
        assertThat(driver.getSpec().getSchedulerName()).isEqualTo("of-template");
        assertThat(driver.getSpec().getPriorityClassName()).isEqualTo("high");
        assertThat(driver.getSpec().getImagePullSecrets())
                .extracting("name")
                .containsExactly("operators", "one", "two");
        Pod executor = ExecutorPod.of(attempt, 1);
        assertThat(executor.getSpec().getNodeSelector()).isEqualTo(Map.of("pool", "batch", "zone", "a"));
        assertThat(executor.getSpec().getPriorityClassName()).isEqualTo("low");
        assertThat(executor.getSpec().getTolerations()).extracting("key").containsExactly("batch", "second");
    }

    @Test
    void containersBesideEndWithPyJobsOwnAndStartBeforeThem() {
        Attempt attempt = attempt("""
                pods:
                  template:
                    spec:
                      containers: [{name: proxy, image: proxy}]
                      initContainers: [{name: fetch, image: fetch, securityContext: {runAsUser: 0, runAsNonRoot: false}}]
                """);
        for (Pod pod : List.of(DriverPod.of(attempt), ExecutorPod.of(attempt, 1))) {
            assertThat(pod.getSpec().getInitContainers()).extracting("name").startsWith("fetch", "proxy");
            assertThat(pod.getSpec().getContainers()).extracting("name").doesNotContain("proxy");
            assertThat(container(pod, "proxy").getRestartPolicy()).isEqualTo("Always");
            assertThat(container(pod, "fetch").getRestartPolicy()).isNull();
            for (String name : List.of("proxy", "fetch")) {
                assertThat(container(pod, name).getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container(pod, name)
                                .getSecurityContext()
                                .getCapabilities()
                                .getDrop())
                        .containsExactly("ALL");
            }
            assertThat(container(pod, "fetch").getSecurityContext().getRunAsUser())
                    .isZero();
        }
        assertThat(ExecutorPod.of(attempt, 1).getSpec().getInitContainers())
                .extracting("name")
                .containsExactly("fetch", "proxy", "python");
    }

    @Test
    void onlyWhatIsSaidOfPyJobsOwnContainersIsAddedToThem() {
        Attempt attempt = attempt("""
                pods:
                  template:
                    spec:
                      containers:
                        - name: python
                          env: [{name: STAGE, value: test}, {name: HOME, value: /home/me}]
                          envFrom: [{secretRef: {name: login}}]
                          volumeMounts: [{name: data, mountPath: /data}]
                          resources: {limits: {example.com/fpga: "1"}}
                      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                """);
        Attempt plain = attempt("");
        for (Pod[] pair : List.of(
                new Pod[] {DriverPod.of(attempt), DriverPod.of(plain)},
                new Pod[] {ExecutorPod.of(attempt, 1), ExecutorPod.of(plain, 1)})) {
            assertThat(container(pair[0], "jvm")).isEqualTo(container(pair[1], "jvm"));
            Container python = container(pair[0], "python");
            Container before = container(pair[1], "python");
            assertThat(python.getCommand()).isEqualTo(before.getCommand());
            assertThat(python.getEnv()).hasSize(before.getEnv().size() + 1);
            assertThat(python.getEnv())
                    .filteredOn(variable -> variable.getName().equals("HOME"))
                    .extracting("value")
                    .containsExactly("/home/me");
            assertThat(python.getVolumeMounts())
                    .hasSize(before.getVolumeMounts().size() + 1);
            assertThat(python.getResources().getLimits()).containsKeys("memory", "example.com/fpga");
            assertThat(python.getEnvFrom()).hasSize(1);
        }
    }

    @Test
    void podsAreSpreadAmongThoseOfTheirOwnJobAndRole() {
        String constraint = "{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule%s}";
        Pod executor = ExecutorPod.of(
                attempt("executors: {pod: {template: {spec: {topologySpreadConstraints: ["
                        + constraint.formatted("") + ", "
                        + constraint.formatted(", labelSelector: {matchLabels: {team: air}}") + "]}}}}"),
                1);
        assertThat(executor.getSpec().getTopologySpreadConstraints())
                .extracting(each -> each.getLabelSelector().getMatchLabels())
                .containsExactly(Map.of("pyjob.io/job", "flights", "pyjob.io/role", "executor"), Map.of("team", "air"));
    }

    @Test
    void aServiceAccountAloneBringsNoToken() {
        assertThat(DriverPod.of(attempt("pods: {serviceAccountName: reader}")).getSpec())
                .extracting("serviceAccountName", "automountServiceAccountToken")
                .containsExactly("reader", false);
        assertThat(DriverPod.of(attempt("pods: {serviceAccountName: reader, automountServiceAccountToken: true}"))
                        .getSpec()
                        .getAutomountServiceAccountToken())
                .isTrue();
    }

    @Test
    void theSharedVolumeMayBeElsewhere() {
        Pod driver = DriverPod.of(attempt("""
                pods:
                  template:
                    spec:
                      volumes:
                        - name: pyjob
                          ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 9Gi}}}}}
                """));
        assertThat(driver.getSpec().getVolumes())
                .filteredOn(volume -> volume.getName().equals("pyjob"))
                .singleElement()
                .satisfies(volume -> {
                    assertThat(volume.getEmptyDir()).isNull();
                    assertThat(volume.getEphemeral()).isNotNull();
                });
    }

    @Test
    void onlyTheWorkersHaveTheGpus() {
        Pod pod = ExecutorPod.of(attempt("executors: {cores: 8, gpu: {resource: amd.com/gpu, count: 2}}"), 1);
        assertThat(container(pod, "python").getResources().getLimits().get("amd.com/gpu"))
                .hasToString("2");
        assertThat(container(pod, "jvm").getResources().getLimits()).containsOnlyKeys("memory");
        assertThat(container(pod, "python").getArgs())
                .as("two GPUs let two tasks run, for all the cores")
                .containsSequence("--spare", "2", "--slots", "2");
        assertThat(DriverPod.of(attempt("executors: {gpu: {}}")).toString()).doesNotContain("nvidia.com/gpu");
    }

    @Test
    void aGangIsAsLargeAsTheJobIsAtLeast() {
        String queue = "queue: {scheduler: Volcano, name: team-a, gang: true}\n";
        assertThat(members(queue + "executors: {instances: 5, min: 2, max: 9}")).isEqualTo(3);
        assertThat(members(queue + "executors: {instances: 5}")).isEqualTo(6);
        assertThat(members(queue + "executors: {instances: 0}")).isEqualTo(1);
        assertThat(BatchQueue.podGroup(attempt("queue: {scheduler: Volcano, name: team-a}")))
                .isEmpty();
        assertThat(BatchQueue.podGroup(attempt("queue: {scheduler: Kueue, name: team-a, gang: true}")))
                .isEmpty();
    }

    private static Object members(String spec) {
        GenericKubernetesResource group = BatchQueue.podGroup(attempt(spec)).orElseThrow();
        assertThat(group.getMetadata().getName()).isEqualTo("flights-2");
        return group.<Object>get("spec", "minMember");
    }

    @Test
    void aQueueOfKueueNeedsNoSchedulerOfItsOwn() {
        Pod executor = ExecutorPod.of(attempt("queue: {scheduler: Kueue, name: team-a}"), 7);
        assertThat(executor.getSpec().getSchedulerName()).isNull();
        assertThat(executor.getMetadata().getLabels())
                .containsEntry("kueue.x-k8s.io/queue-name", "team-a")
                .doesNotContainKey("kueue.x-k8s.io/pod-group-name");
    }
}
