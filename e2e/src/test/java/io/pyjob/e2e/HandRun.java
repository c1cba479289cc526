package io.pyjob.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.PyJob;
import io.pyjob.operator.pods.Attempt;
import io.pyjob.operator.pods.ConfigMapObject;
import io.pyjob.operator.pods.DriverPod;
import io.pyjob.operator.pods.ExecutorPod;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.PodSettings;
import io.pyjob.operator.pods.SecretObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A job whose operator is the test: it starts the containers of the real pods as processes, as docs/protocol.md has them, and
 * answers the driver's reports. So it can do what a local run has no command for: ask for another number of executors, and
 * send signals to single containers.
 *
 * <p>Nothing is restarted and nothing replaced. Closing it kills all that is left.
 */
final class HandRun implements AutoCloseable {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Z_]+)\\)");
    private static final long LONGEST_SECONDS = 90;

    private final ObjectMapper json = new ObjectMapper();
    private final Installed installed;
    private final Path folder;
    private final Path work;
    private final String network;
    private final HttpServer reports;
    private final Attempt attempt;
    private final Map<String, Process> containers = new LinkedHashMap<>();
    private volatile int target;
    private volatile JsonNode report = MissingNode.getInstance();

    /** What {@code ./pyjob} has made on this machine: the runtime image's content, and a Python for the jobs. */
    record Installed(Path home, Path python) {
        private static final Pattern DETAIL = Pattern.compile("Python (\\S+), runtime (\\S+), folder ");

        static Installed of(io.pyjob.e2e.PyJob pyjob) {
            pyjob.write("nothing.py", "");
            io.pyjob.e2e.PyJob.Ended run = pyjob.run("run", "-v", "-e", "0", "nothing.py");
            Matcher detail = DETAIL.matcher(run.err());
            if (run.code() != 0 || !detail.find()) {
                throw new AssertionError(Runs.describe(run));
            }
            return new Installed(Path.of(detail.group(2)), Path.of(detail.group(1)));
        }
    }

    /**
     * Ready to {@link #start}.
     *
     * @param folder the run's own, of a short name
     * @param work where the script works
     */
    HandRun(Installed installed, Path folder, Path work, PyJob job, int target) throws IOException {
        this.installed = installed;
        this.folder = Files.createDirectories(folder);
        this.work = work;
        this.target = target;
        job.getMetadata().setUid(UUID.randomUUID().toString());
        SecureRandom random = new SecureRandom();
        network = "127." + (64 + random.nextInt(128)) + "." + (1 + random.nextInt(254)) + ".";
        reports = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        reports.createContext("/report", this::answer);
        reports.start();
        String url = "http://127.0.0.1:" + reports.getAddress().getPort() + "/report";
        attempt = new Attempt(job, 1, network + 1, PodSettings.of("runtime", "python", url));
        files("conf", ConfigMapObject.of(job).getData());
        files(
                "secrets",
                SecretObject.of(job, new FreshSecrets("s".repeat(64), "token")).getStringData());
    }

    /** Starts the driver's pod and this many executors', with the ids from 1. */
    void start(int executors) throws IOException {
        startPod("d", DriverPod.of(attempt), network + 1);
        for (int id = 1; id <= executors; id++) {
            startExecutor(id);
        }
    }

    void startExecutor(int id) throws IOException {
        startPod("e" + id, ExecutorPod.of(attempt, id), network + (1 + id));
    }

    /** What {@code kubectl scale} would set; the driver hears of it with the next answer. */
    void scale(int executors) {
        target = executors;
    }

    /** What the driver said last. */
    JsonNode report() {
        return report;
    }

    Process driverJvm() {
        return container("d/jvm");
    }

    Process script() {
        return container("d/python");
    }

    Process executorJvm(int id) {
        return container("e" + id + "/jvm");
    }

    String log(String pod, String container) throws IOException {
        return Files.readString(folder.resolve(pod + "-" + container + ".log"));
    }

    /** The exit code of a container that is about to end. */
    static int codeOf(Process container) throws InterruptedException {
        if (!container.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(container.info() + " has not ended within " + LONGEST_SECONDS + " s");
        }
        return container.exitValue();
    }

    private Process container(String name) {
        Process process = containers.get(name);
        if (process == null) {
            throw new AssertionError("there is no container " + name);
        }
        return process;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            report = json.readTree(exchange.getRequestBody());
            byte[] body = ("{\"v\":1,\"target\":" + target + "}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void files(String name, Map<String, String> contents) throws IOException {
        Path into = Files.createDirectories(folder.resolve(name));
        for (Map.Entry<String, String> file : contents.entrySet()) {
            Files.writeString(into.resolve(file.getKey()), file.getValue());
        }
    }

    private void startPod(String shortName, Pod pod, String address) throws IOException {
        Path volume = Files.createDirectories(folder.resolve(shortName));
        for (String part : List.of("run", "local", "tmp", "work")) {
            Files.createDirectories(volume.resolve(part));
        }
        Files.createSymbolicLink(volume.resolve("code"), installed.home().resolve("python"));
        List<Container> all = Stream.of(
                        pod.getSpec().getInitContainers(), pod.getSpec().getContainers())
                .flatMap(List::stream)
                .toList();
        for (Container container : all) {
            containers.put(shortName + "/" + container.getName(), start(shortName, volume, container, address));
        }
    }

    private Process start(String pod, Path volume, Container container, String address) throws IOException {
        boolean jvm = container.getName().equals("jvm");
        Map<String, String> places = Map.of(
                "PYJOB_DIR", volume.toString(),
                "PYJOB_HOME", installed.home().toString(),
                "PYJOB_CONF", folder.resolve("conf").toString(),
                "PYJOB_SECRETS", folder.resolve("secrets").toString(),
                "PYJOB_WORK", work.toString(),
                "PYJOB_POD_IP", address,
                "PYJOB_TERMINATION_LOG",
                        volume.resolve("end-" + container.getName()).toString());
        Map<String, String> env = new TreeMap<>();
        for (EnvVar variable : container.getEnv()) {
            String value = variable.getValue() == null ? "" : expand(variable.getValue(), env);
            env.put(variable.getName(), places.getOrDefault(variable.getName(), value));
        }
        List<String> command = Stream.of(container.getCommand(), container.getArgs())
                .flatMap(List::stream)
                .map(word -> expand(word, env))
                .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command.set(0, jvm ? java : installed.python().toString());
        Path log = folder.resolve(pod + "-" + container.getName() + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory((pod.equals("d") ? work : volume.resolve("work")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().retainAll(List.of("PATH", "LANG", "HOME"));
        builder.environment().putAll(env);
        builder.environment().put("PYJOB_RUN_DIR", folder.toString());
        return builder.start();
    }

    private static String expand(String text, Map<String, String> variables) {
        String known = REFERENCE
                .matcher(text)
                .replaceAll(reference ->
                        Matcher.quoteReplacement(variables.getOrDefault(reference.group(1), reference.group())));
        return known.replace("$$", "$");
    }

    @Override
    public void close() {
        reports.stop(0);
        containers.values().forEach(Process::destroyForcibly);
        try {
            for (Process container : containers.values()) {
                codeOf(container);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
