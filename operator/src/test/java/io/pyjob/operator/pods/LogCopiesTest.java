package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.LogPlace;
import io.pyjob.api.PyJob;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where copies of logs go, and which containers know of it. */
final class LogCopiesTest {
    private static final UiSettings BY_DEFAULT =
            new UiSettings(Optional.empty(), Optional.of(LogPlace.at("s3a://all/logs/")), false, "");

    private static PyJob job(String more) {
        return Serialization.unmarshal("""
                metadata: {name: flights, namespace: science, uid: 3f2a9c1b-0000-4000-8000-000000000000}
                spec:
                  script: {path: a.py}
                """ + more.indent(2), PyJob.class);
    }

    private static List<Pod> pods(PyJob job, UiSettings settings) {
        PodSettings pods = new PodSettings("r", "p", "", "", List.of(), false, 0, settings);
        Attempt attempt = new Attempt(job, 2, "10.96.0.17", pods);
        return List.of(DriverPod.of(attempt), ExecutorPod.of(attempt, 3));
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    /** What containers say of logs: name, variable and value. */
    private static List<String> said(PyJob job, UiSettings settings) {
        return pods(job, settings).stream()
                .flatMap(LogCopiesTest::containers)
                .flatMap(container -> container.getEnv().stream()
                        .filter(variable -> variable.getName().startsWith("PYJOB_LOG"))
                        .map(variable -> container.getName() + " " + variable.getName() + "=" + variable.getValue()))
                .toList();
    }

    private static boolean hasMount(Container container) {
        return container.getVolumeMounts().stream()
                .anyMatch(mount -> mount.getMountPath().equals("/pyjob-logs"));
    }

    @Test
    void inAClaimEachPodHasAFolderThatItsJvmWrites() {
        PyJob job = job("logs: {claim: logs, path: team/a}");
        assertThat(said(job, UiSettings.NONE))
                .containsExactlyInAnyOrder(
                        "jvm PYJOB_LOG_COPIES=file:/pyjob-logs/team/a/flights-2-3f2a9c1b/driver",
                        "python PYJOB_LOG_PIECES=$(PYJOB_DIR)/logs",
                        "jvm PYJOB_LOG_COPIES=file:/pyjob-logs/team/a/flights-2-3f2a9c1b/executor-3",
                        "python PYJOB_LOG_PIECES=$(PYJOB_DIR)/logs");
        assertThat(pods(job, UiSettings.NONE)).allSatisfy(pod -> {
            assertThat(pod.getSpec().getVolumes())
                    .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
                    .singleElement()
                    .satisfies(volume -> assertThat(
                                    volume.getPersistentVolumeClaim().getClaimName())
                            .isEqualTo("logs"));
            assertThat(containers(pod))
                    .filteredOn(LogCopiesTest::hasMount)
                    .extracting(Container::getName)
                    .containsExactly("jvm");
        });
    }

    @Test
    void anAddressIsMountedNowhereAndNoVariableOfKubernetesIsReadIntoIt() {
        PyJob job = job("logs: {directory: 's3a://b/$(HOME)/logs/'}");
        assertThat(said(job, BY_DEFAULT))
                .contains("jvm PYJOB_LOG_COPIES=s3a://b/$$(HOME)/logs/flights-2-3f2a9c1b/driver");
        assertThat(pods(job, BY_DEFAULT))
                .allSatisfy(pod -> assertThat(containers(pod)).noneMatch(LogCopiesTest::hasMount));
    }

    @Test
    void aJobThatSaysNothingHasWhatTheInstallationHas() {
        assertThat(said(job(""), BY_DEFAULT))
                .contains("jvm PYJOB_LOG_COPIES=s3a://all/logs/flights-2-3f2a9c1b/executor-3");
        assertThat(said(job("logs: {claim: own}"), BY_DEFAULT))
                .contains("jvm PYJOB_LOG_COPIES=file:/pyjob-logs/flights-2-3f2a9c1b/executor-3");
    }

    @Test
    void withoutThemNobodyKnowsOfThem() {
        assertThat(said(job("logs: {enabled: false}"), BY_DEFAULT)).isEmpty();
        assertThat(said(job(""), UiSettings.NONE)).isEmpty();
        assertThat(pods(job("logs: {enabled: false}"), BY_DEFAULT))
                .allSatisfy(pod -> assertThat(containers(pod)).noneMatch(LogCopiesTest::hasMount));
    }
}
