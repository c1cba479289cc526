package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.ConfigMapSource;
import io.pyjob.api.DriverSpec;
import io.pyjob.api.EnvVariable;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.PackageIndex;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import io.pyjob.api.ScriptSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every container of every pod; how a pod looks in full is in the golden files. */
final class PodRulesTest {
    private static final Pattern REFERENCE = Pattern.compile("(?<!\\$)\\$\\(([^)]*)\\)");

    @Test
    void noContainerMayDoMoreThanTheRestrictedStandardAllows() {
        for (Pod pod : pods()) {
            assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getSpec().getEnableServiceLinks()).isFalse();
            assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
                    .isEqualTo("RuntimeDefault");
            assertThat(containers(pod)).hasSize(2).allSatisfy(container -> {
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                        .containsExactly("ALL");
                assertThat(container.getSecurityContext().getCapabilities().getAdd())
                        .isEmpty();
            });
        }
    }

    @Test
    void onlyJvmContainersSeeSecrets() {
        for (Pod pod : pods()) {
            for (Container container : containers(pod)) {
                boolean mounts = container.getVolumeMounts().stream()
                        .anyMatch(mount -> mount.getName().equals("secrets"));
                assertThat(mounts).isEqualTo(container.getName().equals(PodContainers.JVM));
            }
        }
    }

    @Test
    void onlyTheScriptOfAScheduledRunKnowsItsTime() {
        assertThat(variables(DriverPod.of(attempt()))).doesNotContainKey("PYJOB_SCHEDULED_FOR");
        Attempt scheduled = attempt();
        scheduled.job().getMetadata().setAnnotations(Map.of("pyjob.io/scheduled-for", "2026-11-22T01:30:00Z"));
        assertThat(variables(DriverPod.of(scheduled))).containsEntry("PYJOB_SCHEDULED_FOR", "2026-11-22T01:30:00Z");
        assertThat(variables(ExecutorPod.of(scheduled, 1))).doesNotContainKey("PYJOB_SCHEDULED_FOR");
    }

    private static Map<String, String> variables(Pod pod) {
        return env(container(pod, PodContainers.PYTHON));
    }

    @Test
    void executorsDoNotSeeTheTokenOfReports() {
        Pod executor = ExecutorPod.of(attempt(), 1);
        assertThat(executor.getSpec().getVolumes())
                .filteredOn(volume -> volume.getSecret() != null)
                .flatExtracting(volume -> volume.getSecret().getItems())
                .extracting(item -> item.getKey())
                .containsExactly("spark-secret");
    }

    @Test
    void everyReferenceIsToAVariableDefinedBefore() {
        for (Pod pod : pods()) {
            for (Container container : containers(pod)) {
                Set<String> defined = new HashSet<>();
                for (EnvVar variable : container.getEnv()) {
                    if (variable.getValue() != null) {
                        assertThat(defined).containsAll(references(variable.getValue()));
                    }
                    assertThat(defined.add(variable.getName()))
                            .as(variable.getName())
                            .isTrue();
                }
                Stream.of(container.getCommand(), container.getArgs())
                        .flatMap(List::stream)
                        .forEach(word -> assertThat(defined).containsAll(references(word)));
            }
        }
    }

    @Test
    void pathsOfMountsStandInOneVariableEachAndNowhereElse() {
        for (Pod pod : pods()) {
            for (Container container : containers(pod)) {
                List<String> mounts = container.getVolumeMounts().stream()
                        .map(VolumeMount::getMountPath)
                        .filter(path -> !path.equals("/tmp"))
                        .toList();
                assertThat(container.getEnv().stream().map(EnvVar::getValue))
                        .containsAll(container.getVolumeMounts().stream()
                                .filter(mount -> mount.getSubPath() == null)
                                .map(VolumeMount::getMountPath)
                                .toList());
                Stream<String> words = Stream.concat(
                        container.getEnv().stream().map(EnvVar::getValue).filter(v -> v != null && !mounts.contains(v)),
                        Stream.of(container.getCommand(), container.getArgs()).flatMap(List::stream));
                assertThat(words).noneMatch(word -> mounts.stream().anyMatch(m -> word.startsWith(m + "/")));
            }
        }
    }

    @Test
    void theScriptStartsWhereItsImageSaysAndIsToldWhereToWork() {
        Container python = container(DriverPod.of(attempt()), PodContainers.PYTHON);
        assertThat(python.getWorkingDir()).isNull();
        assertThat(env(python))
                .containsEntry("PYJOB_WORK", "/pyjob/work")
                .containsEntry("PYJOB_REQUIREMENTS", "pandas==2.3.3\nnumpy\n/own-1.0-py3-none-any.whl");
        assertThat(container(DriverPod.of(attempt()), PodContainers.JVM).getWorkingDir())
                .isEqualTo("/pyjob/work");
        assertThat(containers(ExecutorPod.of(attempt(), 1)))
                .allSatisfy(container -> assertThat(container.getWorkingDir()).isEqualTo("/pyjob/work"));
    }

    @Test
    void driverAndExecutorsAreToldTheSameOfPackages() {
        Map<String, EnvVar> driver = packages(container(DriverPod.of(attempt()), PodContainers.PYTHON));
        assertThat(driver).isEqualTo(packages(container(ExecutorPod.of(attempt(), 1), PodContainers.PYTHON)));
        assertThat(driver.values())
                .extracting(EnvVar::getName, EnvVar::getValue)
                .contains(
                        tuple("PYJOB_REQUIREMENTS_FILE", "$(PYJOB_REQUIREMENTS_FOLDER)/requirements.txt"),
                        tuple("PYJOB_FIND_LINKS", "/$$x"));
        assertThat(driver.values())
                .extracting(EnvVar::getValueFrom)
                .filteredOn(Objects::nonNull)
                .extracting(from -> from.getSecretKeyRef().getName() + "/"
                        + from.getSecretKeyRef().getKey())
                .containsExactlyInAnyOrder("login/username", "login/password");
        for (Pod pod : pods()) {
            assertThat(container(pod, PodContainers.JVM).getEnv())
                    .noneMatch(variable -> variable.getName().startsWith("PYJOB_INDEX"));
        }
    }

    private static Map<String, EnvVar> packages(Container container) {
        return container.getEnv().stream()
                .filter(variable -> PackageEnv.isOne(variable.getName()))
                .collect(Collectors.toMap(EnvVar::getName, variable -> variable));
    }

    @Test
    void whatUsersWriteMeansItself() {
        Pod driver = DriverPod.of(attempt());
        Container python = container(driver, PodContainers.PYTHON);
        assertThat(python.getArgs()).containsExactly("run", "$(PYJOB_SCRIPT)/main.py", "$$(PYJOB_DIR)", "a$$$$b");
        assertThat(env(python)).containsEntry("PASSWORD", "pa$$word");
    }

    @Test
    void theUsersImageIsUsedOrElseTheInstallationsOwn() {
        assertThat(PodSettings.of("r", "p", "").pythonImageOf(PythonSpec.DEFAULT))
                .isEqualTo("p");
        assertThat(container(DriverPod.of(attempt()), PodContainers.PYTHON).getImage())
                .isEqualTo("python:3.11-slim");
    }

    @Test
    void podsSayWhichTheyAre() {
        assertThat(PodIdentity.of(DriverPod.of(attempt()))).contains(new PodIdentity(3, OptionalInt.empty()));
        assertThat(PodIdentity.of(ExecutorPod.of(attempt(), 12))).contains(new PodIdentity(3, OptionalInt.of(12)));
        Pod other = ExecutorPod.of(attempt(), 12);
        other.getMetadata().getLabels().remove(Labels.EXECUTOR_ID);
        assertThat(PodIdentity.of(other)).isEmpty();
        other.getMetadata().setLabels(null);
        assertThat(PodIdentity.of(other)).isEmpty();
    }

    @Test
    void secretsAreInNoLog() {
        assertThat(new FreshSecrets("one", "two").toString()).doesNotContain("one", "two");
    }

    private static List<Pod> pods() {
        return List.of(DriverPod.of(attempt()), ExecutorPod.of(attempt(), 1));
    }

    private static Attempt attempt() {
        PyJob job = new PyJob();
        job.getMetadata().setName("flights");
        job.getMetadata().setNamespace("science");
        job.getMetadata().setUid("3f2a9c1b-0000-4000-8000-000000000000");
        job.setSpec(new PyJobSpec(
                new ScriptSource(null, new ConfigMapKey("scripts", "main.py"), null, null),
                List.of("$(PYJOB_DIR)", "a$$b"),
                new PythonSpec(
                        "python:3.11-slim",
                        List.of("pandas==2.3.3", "numpy"),
                        new ConfigMapSource(new ConfigMapKey("packages", "requirements.txt")),
                        null,
                        new PackageIndex(
                                "https://pypi.example.com/simple", List.of(), List.of("/$x"), "wheels", null, "login"),
                        List.of("lib/a.py", "/own-1.0-py3-none-any.whl"),
                        List.of("/data/words.zip#words"),
                        List.of(new EnvVariable("PASSWORD", "pa$word"))),
                DriverSpec.DEFAULT,
                ExecutorsSpec.DEFAULT,
                Map.of()));
        return new Attempt(job, 3, "10.96.0.17", PodSettings.of("runtime", "python", "http://operator/report"));
    }

    private static List<Container> containers(Pod pod) {
        return Stream.of(pod.getSpec().getContainers(), pod.getSpec().getInitContainers())
                .flatMap(List::stream)
                .toList();
    }

    private static Container container(Pod pod, String name) {
        return containers(pod).stream()
                .filter(c -> c.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> env(Container container) {
        return container.getEnv().stream()
                .filter(v -> v.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static Set<String> references(String text) {
        Set<String> names = new HashSet<>();
        Matcher matcher = REFERENCE.matcher(text.replace("$$", ""));
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
