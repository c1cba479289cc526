package io.pyjob.e2e.cluster;

import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The cluster that {@code KUBECONFIG} names, and what {@code e2e/run} says it has installed there. */
final class Cluster {
    static final Path PROJECT =
            Path.of(System.getProperty("pyjob.project", "..")).toAbsolutePath().normalize();

    /** For what takes a job's time: starting pods, running a script, on a machine that does other things as well. */
    static final Duration LONG = Duration.ofMinutes(6);

    /** For what takes no job's time, such as an answer of the operator. */
    static final Duration SOON = Duration.ofSeconds(60);

    private Cluster() {}

    /** Why there is no cluster; empty if there is one. One that is named and does not answer is a failure, not none. */
    static Optional<String> missing() {
        String config = System.getenv("KUBECONFIG");
        Path file = config == null || config.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".kube", "config")
                : Path.of(config.split(":", 2)[0]);
        return Files.isReadable(file)
                ? Optional.empty()
                : Optional.of("there is no file " + file + ", and KUBECONFIG names no other");
    }

    /** For what is watched or asked again and again; what a user would type goes through {@link Kubectl}. */
    static KubernetesClient client() {
        return Shared.CLIENT;
    }

    static String prefix() {
        return setting("PYJOB_E2E_PREFIX", "e2e");
    }

    static String operatorNamespace() {
        return setting("PYJOB_E2E_OPERATOR_NAMESPACE", "pyjob-system");
    }

    static String release() {
        return setting("PYJOB_E2E_RELEASE", "pyjob");
    }

    /** The image of the Python containers, for pods of the tests' own. */
    static String pythonImage() {
        return setting("PYJOB_E2E_PYTHON_IMAGE", "localhost/pyjob-python:dev");
    }

    /** A Python image without a shell, if one was built. */
    static Optional<String> shelllessImage() {
        String image = setting("PYJOB_E2E_SHELLLESS_IMAGE", "");
        return image.isEmpty() ? Optional.empty() : Optional.of(image);
    }

    /** The runtime image that reads and writes s3a://, if one was built. */
    static Optional<String> s3Image() {
        String image = setting("PYJOB_E2E_S3_IMAGE", "");
        return image.isEmpty() ? Optional.empty() : Optional.of(image);
    }

    /** An address of this machine that pods reach: the node's, if the node is here, else one of its network. */
    static String addressForPods() {
        String node = client().nodes().list().getItems().stream()
                .flatMap(each -> each.getStatus().getAddresses().stream())
                .filter(address -> address.getType().equals("InternalIP"))
                .map(NodeAddress::getAddress)
                .findFirst()
                .orElseThrow();
        try {
            List<String> own = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(InetAddress::getHostAddress)
                    .toList();
            String network = node.substring(0, node.lastIndexOf('.', node.lastIndexOf('.') - 1) + 1);
            return Stream.concat(own.stream().filter(node::equals), own.stream().filter(a -> a.startsWith(network)))
                    .findFirst()
                    .orElseGet(() -> {
                        System.err.println(
                                "TESTS WITH A SERVER OF THIS MACHINE ARE SKIPPED: no pod of " + node + " reaches it");
                        return Assumptions.abort("no pod reaches this machine");
                    });
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String setting(String variable, String otherwise) {
        String value = System.getenv(variable);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** Kubectl's proxy stands between, since it takes every kind of credentials that a kubeconfig may have. */
    private static final class Shared {
        static final KubernetesClient CLIENT = connect();

        private static KubernetesClient connect() {
            try {
                Process proxy = new ProcessBuilder("kubectl", "proxy", "--port=0")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(proxy::destroy));
                BufferedReader said = proxy.inputReader(StandardCharsets.UTF_8);
                String address =
                        Objects.requireNonNullElse(said.readLine(), "").replaceFirst("Starting to serve on ", "");
                Config config = new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://" + address)
                        .build();
                return new KubernetesClientBuilder().withConfig(config).build();
            } catch (IOException e) {
                throw new UncheckedIOException("kubectl cannot be run; it has to be on the PATH", e);
            }
        }
    }
}
