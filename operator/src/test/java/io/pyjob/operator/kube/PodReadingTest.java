package io.pyjob.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.pyjob.operator.plan.ContainerState;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.plan.ObservedPod;
import io.pyjob.operator.plan.OtherContainer;
import io.pyjob.operator.plan.PodLoss;
import io.pyjob.operator.plan.PodStep;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statuses of real pods, read. */
final class PodReadingTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void anExecutorThatIsDone() throws IOException {
        ObservedPod pod = read("completed");
        assertThat(pod.name()).isEqualTo("pi-1-exec-1");
        assertThat(pod.attempt()).isEqualTo(1);
        assertThat(pod.executorId()).isEqualTo(OptionalInt.of(1));
        assertThat(pod.jvm()).isEqualTo(new Ended(0, Instant.parse("2026-11-21T08:24:58Z"), "", "Completed"));
        assertThat(pod.python().ended()).isPresent();
        assertThat(pod.loss()).isEmpty();
        assertThat(pod.deleting()).isFalse();
    }

    @Test
    void howAPodCameUp() throws IOException {
        assertThat(read("completed").steps())
                .as("its sandbox is gone, and with it since when it was there")
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        PodStep.CREATED, Instant.parse("2026-11-21T08:22:36Z"),
                        PodStep.SCHEDULED, Instant.parse("2026-11-21T08:22:36Z"),
                        PodStep.PYTHON, Instant.parse("2026-11-21T08:22:37Z"),
                        PodStep.JVM, Instant.parse("2026-11-21T08:22:38Z")));
        assertThat(read("image-pull").steps()).containsKeys(PodStep.CREATED, PodStep.SCHEDULED, PodStep.PREPARED);
    }

    @Test
    void aScriptThatFailedHasLeftItsMessage() throws IOException {
        ObservedPod pod = read("script-failed");
        assertThat(pod.isDriver()).isTrue();
        Ended python = pod.python().ended().orElseThrow();
        assertThat(python.exitCode()).isEqualTo(3);
        assertThat(python.message()).startsWith("ValueError: no such thing\n");
        assertThat(pod.jvm()).isInstanceOf(Running.class);
    }

    @Test
    void aScriptOutOfMemory() throws IOException {
        Ended python = read("script-out-of-memory").python().ended().orElseThrow();
        assertThat(python.exitCode()).isEqualTo(137);
        assertThat(python.isOutOfMemory()).isTrue();
        assertThat(python.message()).startsWith("the script was killed by signal 9");
    }

    @Test
    void aJvmOutOfMemory() throws IOException {
        ObservedPod pod = read("jvm-out-of-memory");
        assertThat(pod.jvm().ended().orElseThrow().isOutOfMemory()).isTrue();
        assertThat(pod.python()).isInstanceOf(Running.class);
        assertThat(pod.loss()).isEmpty();
    }

    @Test
    void aSidecarOutOfMemoryIsFoundAmongTheInitContainers() throws IOException {
        ObservedPod pod = read("sidecar-out-of-memory");
        assertThat(pod.jvm()).isInstanceOf(Running.class);
        assertThat(pod.pythonBefore().orElseThrow().isOutOfMemory()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sidecar-cannot-start", "sidecar-cannot-start-again"})
    void aSidecarWithoutPythonInItsImage(String name) throws IOException {
        ObservedPod pod = read(name);
        assertThat(pod.jvm()).isEqualTo(new Waiting("PodInitializing", ""));
        Ended before = pod.pythonBefore().orElseThrow();
        assertThat(before.reason()).isEqualTo("StartError");
        assertThat(before.message()).contains("exec: \"python3\": executable file not found in $PATH");
    }

    @Test
    void imagesThatCannotBePulled() throws IOException {
        ObservedPod pod = read("image-pull");
        assertThat(pod.jvm()).isInstanceOfSatisfying(Waiting.class, w -> {
            assertThat(w.reason()).isEqualTo("ImagePullBackOff");
            assertThat(w.message()).contains("localhost/no-such-runtime:none");
        });
        assertThat(pod.python())
                .isInstanceOfSatisfying(
                        Waiting.class, w -> assertThat(w.reason()).isEqualTo("InvalidImageName"));
    }

    @Test
    void aPodWithoutANode() throws IOException {
        ObservedPod pod = read("unschedulable");
        assertThat(pod.unscheduled().orElseThrow()).startsWith("0/1 nodes are available: 1 Insufficient cpu.");
        assertThat(pod.jvm()).isEqualTo(Waiting.TO_START);
        assertThat(pod.python()).isEqualTo(Waiting.TO_START);
    }

    @ParameterizedTest
    @ValueSource(strings = {"out-of-cpu", "node-affinity"})
    void aPodThatItsNodeRefusedHasNeverStarted(String name) throws IOException {
        ObservedPod pod = read(name);
        PodLoss loss = pod.loss().orElseThrow();
        assertThat(loss.neverStarted()).isTrue();
        assertThat(loss.message()).startsWith("Pod was rejected: ");
        assertThat(pod.jvm()).isEqualTo(new Ended(137, loss.at(), "", "ContainerStatusUnknown"));
        assertThat(pod.python().ended()).isPresent();
    }

    @Test
    void aPodThatItsNodeEvicted() throws IOException {
        ObservedPod pod = read("evicted-by-kubelet");
        PodLoss loss = pod.loss().orElseThrow();
        assertThat(loss.neverStarted()).isFalse();
        assertThat(loss.toString()).isEqualTo("Evicted: Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\".");
        // The kubelet does not say when it ended; its last word on the pod is as good.
        assertThat(pod.jvm().ended().orElseThrow().at()).isEqualTo("2026-11-21T08:25:59Z");
        assertThat(pod.jvm().ended().orElseThrow().reason()).isEqualTo("ContainerStatusUnknown");
    }

    @Test
    void aPodThatTheEvictionApiEnds() throws IOException {
        ObservedPod pod = read("evicted-by-api");
        assertThat(pod.deleting()).isTrue();
        assertThat(pod.loss())
                .contains(new PodLoss(
                        "EvictionByEvictionAPI",
                        "Eviction API: evicting",
                        Instant.parse("2026-11-21T08:27:11Z"),
                        false));
        assertThat(pod.jvm().ended().orElseThrow().exitCode()).isEqualTo(137);
    }

    @Test
    void aPodThatNobodyHasLookedAtYet() {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName("flights-1-driver")
                .addToLabels("pyjob.io/role", "driver")
                .addToLabels("pyjob.io/attempt", "1")
                .endMetadata()
                .build();
        ObservedPod seen = PodReading.of(pod).orElseThrow();
        assertThat(seen.jvm()).isEqualTo(Waiting.TO_START);
        assertThat(seen.unscheduled()).isEmpty();
        assertThat(seen.loss()).isEmpty();
    }

    @Test
    void podsOfOthersAreNotRead() {
        assertThat(PodReading.of(new PodBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .endMetadata()
                        .build()))
                .isEmpty();
    }

    @Test
    void everythingThatIsReadIsKept() throws IOException {
        for (String name : new String[] {"completed", "evicted-by-api", "image-pull", "out-of-cpu", "unschedulable"}) {
            Pod pod = pod(name);
            assertThat(PodReading.of(Kept.of(pod))).isEqualTo(PodReading.of(pod));
        }
    }

    @Test
    void anInitContainerThatFailedIsTheReasonThatTheOthersNeverRan() throws IOException {
        ObservedPod pod = PodReading.of(YAML.readValue("""
                        metadata:
                          name: flights-1-driver
                          labels: {pyjob.io/role: driver, pyjob.io/attempt: "1"}
                        status:
                          phase: Failed
                          initContainerStatuses:
                            - name: fetch
                              state: {terminated: {exitCode: 3, reason: Error, message: "no such bucket", finishedAt: "2026-11-21T08:24:58Z"}}
                          containerStatuses:
                            - {name: jvm, state: {waiting: {reason: PodInitializing}}}
                            - {name: python, state: {waiting: {reason: PodInitializing}}}
                        """, Pod.class)).orElseThrow();
        assertThat(pod.python())
                .isEqualTo(pod.jvm())
                .isEqualTo(new Ended(
                        3,
                        Instant.parse("2026-11-21T08:24:58Z"),
                        "init container fetch of pod flights-1-driver ended with exit code 3: no such bucket",
                        Ended.INIT_FAILED));
        assertThat(pod.loss()).isEmpty();
    }

    @Test
    void containersOfOthersAreSeenApart() throws IOException {
        ObservedPod pod = PodReading.of(YAML.readValue("""
                        metadata:
                          name: flights-1-driver
                          labels: {pyjob.io/role: driver, pyjob.io/attempt: "1"}
                        status:
                          phase: Running
                          initContainerStatuses:
                            - {name: shipper, state: {running: {startedAt: "2026-11-21T08:24:58Z"}}}
                          containerStatuses:
                            - {name: jvm, state: {running: {startedAt: "2026-11-21T08:24:58Z"}}}
                            - {name: istio-proxy, state: {running: {startedAt: "2026-11-21T08:24:58Z"}}}
                        """, Pod.class)).orElseThrow();
        Running running = new Running(Instant.parse("2026-11-21T08:24:58Z"));
        assertThat(pod.others())
                .containsExactly(
                        new OtherContainer("shipper", running, false),
                        new OtherContainer("istio-proxy", running, true));
    }

    @Test
    void aContainerWithoutAStateWaits() throws IOException {
        Pod pod = pod("image-pull");
        pod.getStatus().getContainerStatuses().forEach(c -> c.setState(null));
        ContainerState jvm = PodReading.of(pod).orElseThrow().jvm();
        assertThat(jvm).isEqualTo(Waiting.TO_START);
    }

    private static ObservedPod read(String name) throws IOException {
        return PodReading.of(pod(name)).orElseThrow();
    }

    private static Pod pod(String name) throws IOException {
        try (InputStream in = PodReadingTest.class.getResourceAsStream("/pods/" + name + ".yaml")) {
            return YAML.readValue(Objects.requireNonNull(in, name), Pod.class);
        }
    }
}
