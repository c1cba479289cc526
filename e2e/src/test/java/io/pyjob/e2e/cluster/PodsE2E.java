package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What jobs say of their pods: where they run, what stands beside them, as whom; and what is refused of it. */
@OnCluster
final class PodsE2E {
    private static final String NODE_LABEL = "pyjob.io.example/pool";
    private static final String TAINT = "pyjob.io.example/kept";
    private static final String GPU = "example.com/gpu";
    private static final String PRIORITY = "pyjob-e2e-high";

    private static String node = "";

    private final TestNamespace namespace;

    PodsE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void prepareNode(TestNamespace namespace) {
        node = Cluster.client().nodes().list().getItems().get(0).getMetadata().getName();
        Kubectl.run("label", "node", node, NODE_LABEL + "=special", "--overwrite")
                .ok();
        gpus("""
                {"status": {"capacity": {"%s": "2"}}}""".formatted(GPU));
        Kubectl.run("""
                        apiVersion: scheduling.k8s.io/v1
                        kind: PriorityClass
                        metadata: {name: %s}
                        value: 1000
                        """.formatted(PRIORITY), List.of("apply", "-f", "-")).ok();
        namespace.applyObjects("""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: reader}
                """);
        namespace.run("no-such-node", "print('never')", """
                executors: {instances: 0}
                pods: {nodeSelector: {pyjob.io.example/pool: none}}
                """);
        namespace.run("no-such-scheduler", "print('never')", """
                executors: {instances: 0}
                pods: {schedulerName: ghost}
                """);
    }

    @AfterAll
    static void restoreNode() {
        Kubectl.run("label", "node", node, NODE_LABEL + "-").ok();
        Kubectl.run("taint", "node", node, TAINT + "-");
        gpus("""
                {"status": {"capacity": {"%1$s": null}, "allocatable": {"%1$s": null}}}""".formatted(GPU));
        Kubectl.run("delete", "priorityclass", PRIORITY, "--ignore-not-found").ok();
    }

    /** What a device plugin would tell of the node. */
    private static void gpus(String patch) {
        Kubectl.run("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch)
                .ok();
    }

    private static List<ContainerStatus> statuses(Pod pod) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .toList();
    }

    /** As an argument of a container. */
    private static String python(String program) {
        return "command: [python3, -c, \"" + program + "\"], image: \"" + Cluster.pythonImage() + "\"";
    }

    @Test
    void aNodeSelectorThatNoNodeFitsIsSaidToBeTheReason() {
        Job job = namespace.job("no-such-node");
        Condition failed = job.awaits("Failed");
        assertThat(failed.getReason()).isEqualTo("Unschedulable");
        assertThat(failed.getMessage())
                .contains("pod no-such-node-1-driver waits for a node", "didn't match Pod's node affinity/selector");
    }

    @Test
    void aSchedulerThatIsNotThereIsNamed() {
        Job job = namespace.job("no-such-scheduler");
        Condition stalled = job.awaits("Stalled");
        assertThat(stalled.getReason()).isEqualTo("Unschedulable");
        assertThat(stalled.getMessage()).contains("no scheduler has looked at it", "named ghost");
    }

    @Test
    void onlyPodsThatTolerateATaintGetItsNode() {
        String selector = "nodeSelector: {%s: special}".formatted(NODE_LABEL);
        Kubectl.run("taint", "node", node, TAINT + "=x:NoSchedule").ok();
        try {
            Job shy = namespace.run("does-not-tolerate", "print('never')", """
                    executors: {instances: 0}
                    pods: {%s}
                    """.formatted(selector));
            assertThat(shy.awaits("Stalled").getMessage()).contains("untolerated taint");
            Job job = namespace.run(
                    "tolerates", Scripts.SPARK + "print(sc.parallelize(range(4), 2).sum())", """
                    executors: {instances: 1}
                    pods: {%s, tolerations: [{key: %s, operator: Exists, effect: NoSchedule}], priorityClassName: %s}
                    """.formatted(
                                    selector, TAINT, PRIORITY));
            assertThat(job.succeeds()).isEqualTo("6\n");
            assertThat(job.pods()).hasSize(2).allSatisfy(pod -> {
                assertThat(pod.getSpec().getNodeName()).isEqualTo(node);
                assertThat(pod.getSpec().getPriority()).isEqualTo(1000);
            });
        } finally {
            Kubectl.run("taint", "node", node, TAINT + "-").ok();
        }
    }

    /** The API server's admission refuses the pods, and has the reason. */
    @ParameterizedTest
    @CsvSource({"priorityClassName, no-such-priority", "runtimeClassName, no-such-runtime"})
    void aClassThatIsNotThereIsNamed(String field, String name) {
        Job job = namespace.run("has-" + name, "print('never')", """
                executors: {instances: 0}
                pods: {%s: %s}
                """.formatted(field, name));
        Condition stalled = job.awaits("Stalled");
        assertThat(stalled.getReason()).isEqualTo("AdmissionDenied");
        assertThat(stalled.getMessage()).contains("Pod has-" + name + "-1-driver cannot be created", name);
    }

    @Test
    void aSidecarThatNeverEndsKeepsNoJobFromEnding() {
        Job job =
                namespace.run("has-sidecar", Scripts.SPARK + "print(sc.parallelize(range(4), 2).sum())", """
                executors: {instances: 1}
                pods:
                  template:
                    spec:
                      containers: [{name: beside, %s}]
                """.formatted(
                                python("import time; print('is beside', flush=True); time.sleep(86400)")));
        assertThat(job.succeeds()).isEqualTo("6\n");
        await("the pods to be over")
                .atMost(Cluster.LONG)
                .untilAsserted(() -> assertThat(job.pods())
                        .hasSize(2)
                        .allSatisfy(
                                pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Succeeded")));
        assertThat(job.pods())
                .allSatisfy(pod -> assertThat(job.log(pod, "beside")).contains("is beside"))
                .flatExtracting(PodsE2E::statuses)
                .allSatisfy(
                        status -> assertThat(status.getState().getTerminated()).isNotNull());
    }

    @Test
    void initContainersPrepareWhatTheScriptReads() {
        Job job = namespace.run("has-init", "print(open('/data/words').read())", """
                executors: {instances: 0}
                pods:
                  imagePullSecrets: [{name: registry}]
                  template:
                    spec:
                      volumes: [{name: data, emptyDir: {}}]
                      hostAliases: [{ip: 10.255.255.1, hostnames: [warehouse]}]
                      initContainers: [{name: fetch, volumeMounts: [{name: data, mountPath: /data}], %s}]
                      containers: [{name: python, volumeMounts: [{name: data, mountPath: /data, readOnly: true}]}]
                """.formatted(
                        python("open('/data/words', 'w').write('prepared')")));
        assertThat(job.succeeds()).isEqualTo("prepared\n");
        assertThat(job.driver().getSpec().getImagePullSecrets())
                .extracting("name")
                .contains("registry");
        assertThat(job.driver().getSpec().getHostAliases()).hasSize(1);
    }

    @Test
    void anInitContainerThatFailsIsTheReason() {
        Job job = namespace.run("has-failing-init", "print('never')", """
                executors: {instances: 0}
                pods: {template: {spec: {initContainers: [{name: fetch, %s}]}}}
                """.formatted(python("import sys; sys.exit(3)")));
        assertThat(job.failsWith()).contains("init container fetch of pod has-failing-init-1-driver", "exit code 3");
        assertThat(job.status().reason()).isEqualTo("InitContainerFailed");
    }

    @Test
    void anAccountBringsATokenOnlyWhereThatIsSaid() {
        String look = "import os; print(os.path.exists('/var/run/secrets/kubernetes.io/serviceaccount/token'))";
        Job job = namespace.run("has-account", look, """
                executors: {instances: 0}
                pods: {serviceAccountName: reader}
                """);
        assertThat(job.succeeds()).isEqualTo("False\n");
        assertThat(job.driver().getSpec().getServiceAccountName()).isEqualTo("reader");
        Job asked = namespace.run("has-token", look, """
                executors: {instances: 0}
                driver: {pod: {serviceAccountName: reader, automountServiceAccountToken: true}}
                """);
        assertThat(asked.succeeds()).isEqualTo("True\n");
        // Else it would break what is promised of pods of which nothing is said.
        namespace.deletes("has-token");
        namespace.kubectl("delete", "pyjob", "has-token").ok();
        await("its pod to be gone")
                .atMost(Cluster.LONG)
                .until(() -> namespace.pods().stream()
                        .noneMatch(pod -> pod.getMetadata().getName().equals("has-token-1-driver")));
    }

    @Test
    void whatThisKubernetesDoesNotKnowIsNotLeftOutSilently() {
        Job job = namespace.run("has-unknown-field", "print('never')", """
                executors: {instances: 0}
                pods: {template: {spec: {wibble: {wobble: 1}}}}
                """);
        assertThat(job.failsWith()).contains("unknown field", "wibble");
    }

    @Test
    void whatIsNoPodAtAllFailsTheJobWithThePlace() {
        Job job = namespace.run("has-wrong-type", "print('never')", """
                executors: {instances: 0}
                driver: {pod: {template: {spec: {tolerations: {key: x}}}}}
                """);
        assertThat(job.failsWith())
                .isEqualTo(
                        "spec.driver.pod.template.spec.tolerations: is not what Kubernetes has there: it is a mapping");
        assertThat(job.status().reason()).isEqualTo("InvalidSpec");
        assertThat(job.pods()).isEmpty();
    }

    @Test
    void podsOfAJobThatRunsCannotBeEdited() {
        Job job = namespace.run("is-edited", Scripts.STEERED + "wait('end')", """
                executors: {instances: 0}
                pods: {nodeSelector: {kubernetes.io/os: linux}, template: {spec: {hostname: one}}}
                """);
        job.says("waits for end");
        for (String edit : List.of(
                "{\"nodeSelector\": {\"kubernetes.io/os\": \"windows\"}}",
                "{\"template\": {\"spec\": {\"hostname\": \"two\"}}}")) {
            String patch = "{\"spec\": {\"pods\": " + edit + "}}";
            assertThat(namespace
                            .kubectl("patch", "pyjob", "is-edited", "--type=merge", "-p", patch)
                            .refused())
                    .contains("spec.pods", "cannot change");
        }
        job.go("end");
        job.succeeds();
    }

    @Test
    void gpusReachTheTasksOfTheirExecutor() {
        Job job = namespace.run("has-gpus", Scripts.SPARK + """
                import os
                from pyspark import TaskContext

                def gpu(_):
                    return TaskContext.get().resources()["gpu"].addresses, os.environ["CUDA_VISIBLE_DEVICES"]

                print(sorted(set(map(str, sc.parallelize(range(4), 4).map(gpu).collect()))))
                """, """
                executors: {instances: 1, cores: 1, gpu: {resource: %s, count: 1}}
                """.formatted(GPU));
        assertThat(job.succeeds()).isEqualTo("[\"(['0'], '0')\"]\n");
        assertThat(job.executors())
                .hasSize(1)
                .allSatisfy(pod -> assertThat(pod.getSpec()
                                .getInitContainers()
                                .get(0)
                                .getResources()
                                .getLimits())
                        .containsKey(GPU));
    }

    @Test
    void aGpuThatNoNodeHasIsSaidToBeMissing() {
        Job job = namespace.run("has-no-gpus", Scripts.SPARK + "print(sc.parallelize([1]).sum())", """
                executors: {instances: 1, gpu: {resource: example.com/none, count: 1}}
                """);
        assertThat(job.awaits("Stalled").getMessage()).contains("Insufficient example.com/none");
    }

    @Test
    void membersOfAQueueCarryItsLabels() {
        Job job = namespace.run("is-queued", Scripts.SPARK + "print(sc.parallelize(range(4), 2).sum())", """
                executors: {instances: 1}
                queue: {scheduler: Kueue, name: team-a, gang: true}
                """);
        assertThat(job.succeeds()).isEqualTo("6\n");
        assertThat(job.pods()).hasSize(2).allSatisfy(pod -> {
            assertThat(pod.getMetadata().getLabels())
                    .containsEntry("kueue.x-k8s.io/queue-name", "team-a")
                    .containsEntry("kueue.x-k8s.io/pod-group-name", "is-queued-1");
            assertThat(pod.getMetadata().getAnnotations()).containsEntry("kueue.x-k8s.io/pod-group-total-count", "2");
        });
    }

    @Test
    void aSchedulerThatTheClusterLacksIsNamed() {
        Job job = namespace.run("is-in-a-gang", "print('never')", """
                executors: {instances: 0}
                queue: {scheduler: Volcano, name: team-a, gang: true}
                """);
        Condition stalled = job.awaits("Stalled");
        assertThat(stalled.getReason()).isIn("KindUnknown", "Forbidden");
        assertThat(stalled.getMessage()).contains("PodGroup is-in-a-gang-1 cannot be created");
    }
}
