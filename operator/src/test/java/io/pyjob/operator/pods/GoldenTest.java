package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All objects of some jobs, as YAML. After a change that is meant, write the files anew with {@code mvn test -Dgolden.write=true}. */
final class GoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final PodSettings SETTINGS = PodSettings.of(
            "registry.example.com/pyjob/runtime:0.1.0",
            "registry.example.com/pyjob/python:0.1.0",
            "http://pyjob-operator.pyjob:8080/report");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minimal",
                "full",
                "inline",
                "long-name",
                "dynamic",
                "environment",
                "data",
                "sources",
                "pods",
                "kueue",
                "volcano",
                "event-log",
                "logs"
            })
    void objectsAreAsWritten(String name) throws IOException {
        PyJob job = job(name);
        Attempt attempt = new Attempt(job, 1, "10.96.0.17", SETTINGS);
        List<HasMetadata> objects = new ArrayList<>(List.of(
                SecretObject.of(job, new FreshSecrets("a-spark-secret", "a-report-token")),
                ConfigMapObject.of(job, SETTINGS.ui()),
                DriverService.of(job),
                withoutBootstrap(DriverPod.of(attempt)),
                withoutBootstrap(ExecutorPod.of(attempt, 1))));
        BatchQueue.podGroup(attempt).ifPresent(objects::add);
        String yaml = objects.stream().map(Serialization::asYaml).collect(Collectors.joining());
        Path golden = FOLDER.resolve(name + ".yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, yaml);
        }
        assertThat(yaml).isEqualTo(Files.readString(golden));
    }

    private static PyJob job(String name) throws IOException {
        return Serialization.unmarshal(Files.readString(FOLDER.resolve(name + ".job.yaml")), PyJob.class);
    }

    /** The bootstrap program has tests of its own; its text in every pod would hide the rest. */
    private static Pod withoutBootstrap(Pod pod) {
        Stream.of(pod.getSpec().getContainers(), pod.getSpec().getInitContainers())
                .flatMap(List::stream)
                .forEach(GoldenTest::shortenCommand);
        return pod;
    }

    private static void shortenCommand(Container container) {
        List<String> command = new ArrayList<>(container.getCommand());
        command.replaceAll(word -> word.equals(VariableReferences.escape(Bootstrap.PROGRAM)) ? "<bootstrap.py>" : word);
        container.setCommand(command);
    }
}
