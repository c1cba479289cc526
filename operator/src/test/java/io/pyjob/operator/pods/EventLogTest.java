package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.LogPlace;
import io.pyjob.api.PyJob;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where event logs go, and who has them mounted. */
final class EventLogTest {
    private static final UiSettings BY_DEFAULT =
            new UiSettings(Optional.of(LogPlace.inClaim("all", "x")), Optional.empty(), true, "system");

    private static PyJob job(String more) {
        return Serialization.unmarshal("""
                metadata: {name: flights, namespace: science, uid: 3f2a9c1b-0000-4000-8000-000000000000}
                spec:
                  script: {path: a.py}
                """ + more.indent(2), PyJob.class);
    }

    private static List<String> properties(PyJob job, UiSettings settings) {
        return SparkProperties.of(job)
                .with(EventLog.settings(job, settings))
                .with(SparkUi.settings(job, settings))
                .text()
                .lines()
                .toList();
    }

    private static Pod driver(PyJob job, UiSettings settings) {
        PodSettings pods = new PodSettings("r", "p", "", "", List.of(), false, 0, settings);
        return DriverPod.of(new Attempt(job, 1, "10.96.0.17", pods));
    }

    @Test
    void inAClaimTheDriversJvmWritesIt() {
        PyJob job = job("eventLog: {claim: events, path: team/a}");
        assertThat(properties(job, UiSettings.NONE))
                .contains(
                        "spark.eventLog.enabled=true",
                        "spark.eventLog.dir=file:/pyjob-events/team/a",
                        "spark.eventLog.rolling.enabled=true",
                        "spark.eventLog.compress=true",
                        "spark.pyjob.job=science/flights");
        Pod driver = driver(job, UiSettings.NONE);
        assertThat(driver.getSpec().getVolumes())
                .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getPersistentVolumeClaim().getClaimName())
                                .isEqualTo("events"));
        assertThat(driver.getSpec().getContainers())
                .filteredOn(EventLogTest::hasMount)
                .extracting(Container::getName)
                .containsExactly("jvm");
    }

    private static boolean hasMount(Container container) {
        return container.getVolumeMounts().stream()
                .anyMatch(mount -> mount.getMountPath().equals("/pyjob-events"));
    }

    @Test
    void anAddressIsMountedNowhere() {
        PyJob job = job("eventLog: {directory: 's3a://bucket/events'}");
        assertThat(properties(job, UiSettings.NONE)).contains("spark.eventLog.dir=s3a://bucket/events");
        assertThat(driver(job, UiSettings.NONE).getSpec().getContainers()).noneMatch(EventLogTest::hasMount);
    }

    @Test
    void theInstallationsIsForJobsThatSayNothing() {
        assertThat(properties(job(""), BY_DEFAULT)).contains("spark.eventLog.dir=file:/pyjob-events/x");
        assertThat(properties(job("eventLog: {claim: own}"), BY_DEFAULT))
                .contains("spark.eventLog.dir=file:/pyjob-events");
    }

    @Test
    void aJobMayHaveNone() {
        for (String none : List.of("eventLog: {enabled: false}", "conf: {spark.eventLog.enabled: \"false\"}")) {
            assertThat(properties(job(none), BY_DEFAULT)).noneMatch(line -> line.startsWith("spark.eventLog.dir"));
            assertThat(driver(job(none), BY_DEFAULT).getSpec().getContainers()).noneMatch(EventLogTest::hasMount);
        }
        assertThat(properties(job(""), UiSettings.NONE)).noneMatch(line -> line.startsWith("spark.eventLog"));
    }

    @Test
    void howItIsWrittenIsTheJobsToSay() {
        assertThat(properties(job("conf: {spark.eventLog.compress: \"false\"}"), BY_DEFAULT))
                .contains("spark.eventLog.compress=false", "spark.eventLog.enabled=true");
    }

    @Test
    void theUiIsAsTheInstallationHasItUnlessTheJobSaysOtherwise() {
        assertThat(properties(job(""), UiSettings.NONE)).contains("spark.ui.enabled=false");
        assertThat(properties(job(""), BY_DEFAULT)).contains("spark.ui.enabled=true");
        assertThat(properties(job("conf: {spark.ui.enabled: \"false\"}"), BY_DEFAULT))
                .contains("spark.ui.enabled=false");
        assertThat(SparkUi.port(job(""))).isEqualTo(4040);
        assertThat(SparkUi.port(job("conf: {spark.ui.port: \"4141\"}"))).isEqualTo(4141);
        assertThat(SparkUi.port(job("conf: {spark.ui.port: \"99999\"}"))).isEqualTo(4040);
    }

    @Test
    void theProxyIsLetInToTheUiAndToNothingElse() {
        PodSettings pods = new PodSettings("r", "p", "", "", List.of(), true, 0, BY_DEFAULT);
        assertThat(NetworkPolicyObject.of(job(""), pods).getSpec().getIngress())
                .filteredOn(rule -> !rule.getPorts().isEmpty())
                .singleElement()
                .satisfies(rule -> {
                    assertThat(rule.getPorts().get(0).getPort().getIntVal()).isEqualTo(4040);
                    assertThat(rule.getFrom().get(0).getNamespaceSelector().getMatchLabels())
                            .containsEntry("kubernetes.io/metadata.name", "system");
                    assertThat(rule.getFrom().get(0).getPodSelector().getMatchLabels())
                            .containsEntry("app.kubernetes.io/component", "ui");
                });
    }
}
