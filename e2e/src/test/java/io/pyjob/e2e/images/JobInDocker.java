package io.pyjob.e2e.images;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.pyjob.api.PyJob;
import io.pyjob.api.manifest.Manifest;
import io.pyjob.operator.pods.Attempt;
import io.pyjob.operator.pods.ConfigMapObject;
import io.pyjob.operator.pods.DriverPod;
import io.pyjob.operator.pods.ExecutorPod;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.PodContainers;
import io.pyjob.operator.pods.PodSettings;
import io.pyjob.operator.pods.SecretObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** A driver's pod and an executor's, as the operator makes them, in Docker. */
final class JobInDocker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String DRIVER = "127.0.0.2";
    private static final String EXECUTOR = "127.0.0.3";

    private final Path folder;
    private final PodInDocker driver;
    private final PodInDocker executor;

    private JobInDocker(Path folder, PodInDocker driver, PodInDocker executor) {
        this.folder = folder;
        this.driver = driver;
        this.executor = executor;
    }

    /** Starts the job of a manifest, with a Python image for jobs that name none. */
    static JobInDocker start(String manifest, Image python) {
        PyJob job = Manifest.read(manifest, "test.yaml").job().orElseThrow(() -> new AssertionError(manifest));
        job.getMetadata().setUid(UUID.randomUUID().toString());
        Attempt attempt =
                new Attempt(job, 1, DRIVER, PodSettings.of(Image.RUNTIME.reference(), python.reference(), ""));
        Path folder = newFolder();
        write(folder, "secret-", SecretObject.of(job, new FreshSecrets("a-secret-for-spark", "a-token")));
        write(folder, "configmap-", ConfigMapObject.of(job));
        JobInDocker started = new JobInDocker(
                folder,
                new PodInDocker(withStorage(DriverPod.of(attempt), folder), folder, DRIVER),
                new PodInDocker(withStorage(ExecutorPod.of(attempt, 1), folder), folder, EXECUTOR));
        started.driver.start("");
        started.executor.start(started.driver.network());
        return started;
    }

    PodInDocker driver() {
        return driver;
    }

    PodInDocker executor() {
        return executor;
    }

    /** Waits for the script's end: the job's exit code. */
    int exitCode() {
        return driver.python().exitCode(PATIENCE);
    }

    /** What a failed test is to tell. */
    String logs() {
        return "-- script\n%s\n-- driver's JVM\n%s\n-- executor's JVM\n%s\n-- workers\n%s"
                .formatted(
                        driver.python().output(),
                        driver.jvm().output(),
                        executor.jvm().output(),
                        executor.python().output());
    }

    @Override
    public void close() {
        executor.close();
        driver.close();
        OneShot.empty(folder);
        try {
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds what users have for data that all pods see: here a folder of the machine, at /storage. */
    private static Pod withStorage(Pod pod, Path folder) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewVolume()
                .withName("storage")
                .withNewHostPath()
                .withPath(folder.resolve("storage").toString())
                .endHostPath()
                .endVolume()
                .editMatchingContainer(container -> container.getName().equals(PodContainers.JVM))
                .addNewVolumeMount()
                .withName("storage")
                .withMountPath("/storage")
                .endVolumeMount()
                .endContainer()
                .endSpec()
                .build();
    }

    private static Path newFolder() {
        try {
            Path parent = Path.of("target").toAbsolutePath();
            Files.createDirectories(parent);
            return Files.createTempDirectory(parent, "pods-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path folder, String prefix, Secret secret) {
        Path files = folder.resolve(prefix + secret.getMetadata().getName());
        secret.getStringData().forEach((name, text) -> PodInDocker.write(files.resolve(name), text));
    }

    private static void write(Path folder, String prefix, ConfigMap configMap) {
        Path files = folder.resolve(prefix + configMap.getMetadata().getName());
        configMap.getData().forEach((name, text) -> PodInDocker.write(files.resolve(name), text));
    }
}
