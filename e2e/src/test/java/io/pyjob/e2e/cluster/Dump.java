package io.pyjob.e2e.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Everything that tells why a test failed: objects, events, logs of all containers, the operator's log. */
final class Dump {
    private static final Path FOLDERS = Path.of("target", "cluster-dumps").toAbsolutePath();

    private final Path folder;

    private Dump(Path folder) {
        this.folder = folder;
    }

    /** Writes it all down, and says where it is. */
    static Path of(TestNamespace namespace, String test) {
        Path folder = FOLDERS.resolve(test.replaceAll("[^A-Za-z0-9.-]+", "_"));
        try {
            Files.createDirectories(folder);
            Dump dump = new Dump(folder);
            dump.namespace(namespace.name());
            dump.operator();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("what a failed test left cannot be written to " + folder, e);
        }
    }

    private void namespace(String namespace) throws IOException {
        write("jobs.yaml", "-n", namespace, "get", "pyjobs", "-o", "yaml");
        write("pods.txt", "-n", namespace, "get", "pyjobs,pods,services,secrets,configmaps", "-o", "wide");
        write("describe.txt", "-n", namespace, "describe", "pyjobs,pods");
        write("events.txt", "-n", namespace, "get", "events", "--sort-by=.metadata.creationTimestamp");
        logs(namespace);
    }

    private void operator() throws IOException {
        write("operator.txt", "-n", Cluster.operatorNamespace(), "get", "pods,leases,endpointslices", "-o", "yaml");
        logs(Cluster.operatorNamespace());
    }

    private void logs(String namespace) throws IOException {
        for (Pod pod : Cluster.client().pods().inNamespace(namespace).list().getItems()) {
            String name = pod.getMetadata().getName();
            for (Container container : Promises.containers(pod)) {
                String file = name + "." + container.getName();
                List<String> log = List.of("-n", namespace, "logs", name, "-c", container.getName());
                write(file + ".log", log.toArray(String[]::new));
                Answer before = Kubectl.run("", plus(log, "--previous"));
                if (before.code() == 0) {
                    Files.writeString(folder.resolve(file + ".previous.log"), before.out());
                }
            }
        }
    }

    private static List<String> plus(List<String> words, String word) {
        return Stream.concat(words.stream(), Stream.of(word)).toList();
    }

    private void write(String file, String... kubectl) throws IOException {
        Answer answer = Kubectl.run(kubectl);
        Files.writeString(folder.resolve(file), answer.code() == 0 ? answer.out() : answer.toString());
    }
}
