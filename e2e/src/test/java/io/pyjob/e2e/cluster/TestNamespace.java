package io.pyjob.e2e.cluster;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.PyJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A namespace of one class of tests, in which Kubernetes takes only pods of its restricted standard.
 *
 * <p>{@code e2e/run} makes it beforehand where the operator watches only these; else it is made here. Afterwards it is
 * emptied, and removed if it was made here.
 */
final class TestNamespace implements AutoCloseable {
    private static final Map<String, String> LABELS = Map.of(
            "app.kubernetes.io/part-of", "pyjob-e2e",
            "pod-security.kubernetes.io/enforce", "restricted",
            "pod-security.kubernetes.io/enforce-version", "latest");

    private final String name;
    private final boolean own;
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();

    private TestNamespace(String name, boolean own) {
        this.name = name;
        this.own = own;
    }

    static TestNamespace of(Class<?> tests) {
        String name = nameFor(tests.getSimpleName());
        await("an earlier namespace " + name + " to be gone")
                .atMost(Cluster.LONG)
                .until(() -> !isTerminating(name));
        boolean own = Cluster.client().namespaces().withName(name).get() == null;
        if (own) {
            Namespace namespace = new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withLabels(LABELS)
                    .endMetadata()
                    .build();
            Cluster.client().resource(namespace).create();
        }
        return new TestNamespace(name, own);
    }

    /** FaultsE2E has e2e-faults; {@code e2e/run} knows the same rule. */
    static String nameFor(String simpleClassName) {
        String words = simpleClassName.replaceFirst("E2E$", "").replaceAll("([a-z])([A-Z])", "$1-$2");
        return Cluster.prefix() + "-" + words.toLowerCase(Locale.ROOT);
    }

    private static boolean isTerminating(String name) {
        Namespace there = Cluster.client().namespaces().withName(name).get();
        return there != null && there.getMetadata().getDeletionTimestamp() != null;
    }

    String name() {
        return name;
    }

    /** Kubectl, in this namespace. */
    Answer kubectl(String... arguments) {
        return withInput("", arguments);
    }

    private Answer withInput(String input, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-n", name));
        all.addAll(List.of(arguments));
        return Kubectl.run(input, all);
    }

    /** Applies a job that runs {@code script}; {@code spec} has the rest of its spec, as far as it matters. */
    Job run(String job, String script, String spec) {
        return apply(Manifest.ofScript(job, script, spec));
    }

    /** Applies a job of which the manifest says only what matters, see {@link Manifest}. */
    Job apply(String manifest) {
        return apply(Manifest.of(manifest));
    }

    private Job apply(Manifest whole) {
        withInput(whole.text(), "apply", "-f", "-").ok();
        return job(whole.name());
    }

    /** Applies a schedule of jobs that run {@code script}; {@code spec} has the rest of its spec, {@code jobSpec} of theirs. */
    Schedule schedule(String name, String spec, String script, String jobSpec) {
        withInput(Manifest.ofSchedule(name, spec, script, jobSpec).text(), "apply", "-f", "-")
                .ok();
        return new Schedule(this, name);
    }

    /** Applies a job that is to be refused; gives the reason. */
    String refused(String manifest) {
        return withInput(Manifest.of(manifest).text(), "apply", "-f", "-").refused();
    }

    /** Applies objects that are no jobs. */
    void applyObjects(String yaml) {
        withInput(yaml, "apply", "-f", "-").ok();
    }

    Job job(String jobName) {
        return new Job(this, jobName);
    }

    /** A test is about to delete that job. */
    void deletes(String job) {
        deleted.add(job);
    }

    /** Whether a pod of that name may be one of a job that a test has deleted. */
    boolean isOfDeletedJob(String pod) {
        return deleted.stream().anyMatch(job -> pod.startsWith(job + "-"));
    }

    List<PyJob> jobs() {
        return Cluster.client().resources(PyJob.class).inNamespace(name).list().getItems();
    }

    List<Pod> pods() {
        return Cluster.client().pods().inNamespace(name).list().getItems();
    }

    List<Event> events() {
        return Cluster.client().v1().events().inNamespace(name).list().getItems();
    }

    /** Does not wait for the end of the last pods, but for the end of the jobs, so that the operator is rid of them. */
    @Override
    public void close() {
        kubectl("delete", "pyjobschedules", "--all", "--timeout=60s").ok(); // first, else there are new jobs
        kubectl("delete", "pyjobs", "--all", "--timeout=60s").ok();
        if (own) {
            Kubectl.run("delete", "namespace", name, "--wait=false").ok();
        } else {
            kubectl("delete", "configmaps,resourcequotas,pods", "-l", "app.kubernetes.io/part-of=pyjob-e2e")
                    .ok();
        }
    }
}
