package io.pyjob.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What {@code helm test} runs: gives the cluster a small job, and says how it went. A job that succeeds is deleted, one that
 * does not is left to be looked at. Exit code 0 if the job succeeded, 1 if it did not, 78 for wrong settings.
 *
 * <p>It reads three variables, which the chart sets: {@code PYJOB_TEST_NAMESPACE}, {@code PYJOB_TEST_TIMEOUT_S} and
 * {@code PYJOB_TEST_JOB}, the job's manifest.
 */
public final class SmokeTest {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private SmokeTest() {}

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(System.getenv()));
    }

    private static int run(Map<String, String> env) throws InterruptedException {
        String namespace = env.getOrDefault("PYJOB_TEST_NAMESPACE", "");
        String manifest = env.getOrDefault("PYJOB_TEST_JOB", "");
        String timeout = env.getOrDefault("PYJOB_TEST_TIMEOUT_S", "300");
        if (namespace.isEmpty() || manifest.isEmpty() || !timeout.matches("[1-9][0-9]{0,5}")) {
            System.err.println(
                    "helm test: PYJOB_TEST_NAMESPACE and PYJOB_TEST_JOB are needed, and PYJOB_TEST_TIMEOUT_S is"
                            + " a number of seconds; the chart sets them");
            return 78;
        }
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            PyJob job = client.getKubernetesSerialization().unmarshal(manifest, PyJob.class);
            job.getMetadata().setNamespace(namespace);
            job.getMetadata().setGenerateName(job.getMetadata().getName() + "-");
            job.getMetadata().setName(null);
            PyJob created = client.resource(job).create();
            String title = namespace + "/" + created.getMetadata().getName();
            System.out.println(title + ": created");
            return await(client.resource(created), title, Duration.ofSeconds(Long.parseLong(timeout)));
        } catch (KubernetesClientException e) {
            System.err.println("helm test: the API server refuses: " + e.getMessage());
            return 1;
        }
    }

    private static int await(Resource<PyJob> resource, String title, Duration timeout) throws InterruptedException {
        Instant start = Instant.now();
        String said = "";
        while (Duration.between(start, Instant.now()).compareTo(timeout) < 0) {
            PyJob job = resource.get();
            if (job == null) {
                System.err.println(title + ": somebody has deleted it");
                return 1;
            }
            PyJobStatus status = Objects.requireNonNullElse(job.getStatus(), PyJobStatus.NEW);
            String says = says(status);
            if (!says.equals(said)) {
                said = says;
                System.out.println(title + ": " + says);
            }
            if (status.phase() == Phase.Succeeded) {
                resource.delete();
                return 0;
            }
            if (status.phase().isFinal()) {
                return left(title, "it has not succeeded");
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
        return left(title, "it has not ended within " + timeout.toSeconds() + " s");
    }

    private static String says(PyJobStatus status) {
        String phase = status.phase() + ", executors " + status.executors().ready() + "/"
                + status.executors().desired();
        return status.message() == null ? phase : phase + ": " + status.message();
    }

    private static int left(String title, String why) {
        String[] parts = title.split("/", 2);
        System.err.println(
                title + ": " + why + "; it is left there: kubectl -n " + parts[0] + " describe pyjob " + parts[1]);
        return 1;
    }
}
