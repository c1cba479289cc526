package io.pyjob.operator.local;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.operator.pods.Attempt;
import io.pyjob.operator.pods.DriverPod;
import io.pyjob.operator.pods.ExecutorPod;
import io.pyjob.operator.pods.PodSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Pods of real jobs, and a machine to run them on. */
final class LocalPods {
    private LocalPods() {}

    /** One of the jobs whose objects are kept as golden files, as a machine without a cluster takes it. */
    static PyJob job(String name) {
        try {
            PyJob job = Serialization.unmarshal(
                    Files.readString(Path.of("src/test/resources/golden", name + ".job.yaml")), PyJob.class);
            PyJobSpec spec = job.getSpec();
            job.setSpec(new PyJobSpec(
                    spec.script(),
                    spec.args(),
                    spec.python().withoutCluster(spec.python().requirements()),
                    spec.driver(),
                    spec.executors(),
                    spec.conf()));
            return job;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Pod driver(PyJob job) {
        return DriverPod.of(attempt(job));
    }

    static Pod executor(PyJob job, int id) {
        return ExecutorPod.of(attempt(job), id);
    }

    /** That of a later attempt. */
    static Pod driver(PyJob job, int attempt) {
        return DriverPod.of(attempt(job, attempt));
    }

    /** That of a later attempt. */
    static Pod executor(PyJob job, int attempt, int id) {
        return ExecutorPod.of(attempt(job, attempt), id);
    }

    private static Attempt attempt(PyJob job) {
        return attempt(job, 1);
    }

    private static Attempt attempt(PyJob job, int number) {
        return new Attempt(
                job, number, "127.3.4.1", PodSettings.of("runtime", "python", "http://127.0.0.1:8080/report"));
    }

    static Machine machine(Path run, boolean isolate, boolean training) {
        return machine(run, LocalObjects.NONE, isolate, training);
    }

    static Machine machine(Path run, LocalObjects objects, boolean isolate, boolean training) {
        return new Machine(
                new RunFolder(run),
                Path.of("/opt/home"),
                Path.of("/opt/jdk/bin/java"),
                Path.of("/cache/env/1/bin/python3"),
                Path.of("/home/me/project"),
                new Machine.HostEnv(Map.of("LANG", "C.UTF-8"), Map.of("TOKEN", "mine", "STAGE", "of the shell")),
                objects,
                isolate,
                training);
    }
}
