package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJobStatus;
import io.pyjob.e2e.Wheel;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Packages that a job's image lacks, from an index inside the cluster: no pod needs the internet, and the image no pip. */
@OnCluster
final class DependenciesE2E {
    private static final List<Wheel> WHEELS = List.of(
            new Wheel("e2e_tiny", "1.0", ""),
            new Wheel("e2e_tiny", "1.1", ""),
            new Wheel("e2e_user", "2.0", "e2e_tiny"));

    private static final String ASKS = Scripts.SPARK + """
            import e2e_tiny, e2e_user

            def versions(_):
                import e2e_tiny, e2e_user
                return e2e_tiny.version, e2e_user.version

            print(versions(0), sc.parallelize([0, 1], 2).map(versions).collect())
            """;

    private final TestNamespace namespace;

    DependenciesE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    /** A folder for each package, whose listing is the page that pip looks for. */
    @BeforeAll
    static void serve(TestNamespace namespace) {
        Map<String, String> data = WHEELS.stream()
                .collect(Collectors.toMap(
                        Wheel::file, wheel -> Base64.getEncoder().encodeToString(wheel.bytes())));
        ConfigMap wheels = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("wheels")
                .addToLabels("app.kubernetes.io/part-of", "pyjob-e2e")
                .endMetadata()
                .withBinaryData(data)
                .build();
        namespace.applyObjects(Serialization.asYaml(wheels));
        String items = WHEELS.stream()
                .map(wheel -> "{key: " + wheel.file() + ", path: \"simple/"
                        + wheel.name().replace('_', '-') + "/" + wheel.file() + "\"}")
                .collect(Collectors.joining(", "));
        namespace.applyObjects("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: index
                  labels: {app.kubernetes.io/part-of: pyjob-e2e, app: index}
                spec:
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 0
                  securityContext: {runAsNonRoot: true, runAsUser: 185, seccompProfile: {type: RuntimeDefault}}
                  volumes:
                    - name: wheels
                      configMap: {name: wheels, items: [%s]}
                  containers:
                    - name: python
                      image: %s
                      imagePullPolicy: IfNotPresent
                      command: [python3, -m, http.server, "8080", --directory, /srv]
                      volumeMounts: [{name: wheels, mountPath: /srv, readOnly: true}]
                      readinessProbe: {httpGet: {path: /simple/, port: 8080}}
                      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: requirements, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
                data:
                  requirements.txt: |
                    # the rest comes with it
                    e2e_user==2.0
                """.formatted(items, Cluster.pythonImage()));
        namespace
                .kubectl("wait", "--for=condition=Ready", "--timeout=120s", "pod/index")
                .ok();
    }

    private String index() {
        return "http://"
                + namespace
                        .kubectl("get", "pod", "index", "-o", "jsonpath={.status.podIP}")
                        .ok()
                        .strip() + ":8080/simple";
    }

    @Test
    void driverAndExecutorsInstallWhatTheImageLacks() {
        Job job = namespace.run("installs", ASKS, """
                python:
                  requirements: [e2e_tiny==1.0, pandas]
                  requirementsFrom: {configMap: {name: requirements, key: requirements.txt}}
                  index: {url: "%s"}
                executors: {instances: 2}
                """.formatted(index()));

        assertThat(job.succeeds()).contains("('1.0', '2.0') [('1.0', '2.0'), ('1.0', '2.0')]\n");
        assertThat(job.log(job.driver(), "python"))
                .contains("this image lacks e2e_tiny==1.0, e2e_user==2.0: installing", "e2e-tiny==1.0 e2e-user==2.0");
    }

    @Test
    void aVersionThatIsNotThereIsTheJobsMessage() {
        Job job = namespace.run("no-version", ASKS, """
                python: {requirements: [e2e_tiny==9], index: {url: "%s"}}
                executors: {instances: 1}
                """.formatted(index()));

        PyJobStatus status = job.fails();

        assertThat(status.exitCode()).isEqualTo(78);
        assertThat(status.message())
                .startsWith(
                        "spec.python.requirements cannot be installed: there is no e2e_tiny==9; there is 1.0, 1.1\n");
    }

    @Test
    void anIndexThatIsNotThereIsTheJobsMessage() {
        Job job = namespace.run("no-index", ASKS, """
                python: {requirements: [e2e_tiny], index: {url: "%s"}, env: [{name: PIP_RETRIES, value: "0"}]}
                executors: {instances: 1}
                """.formatted(index().replace(":8080", ":8081")));

        assertThat(job.failsWith())
                .startsWith("spec.python.requirements cannot be installed: e2e_tiny: http://")
                .contains(":8081 cannot be reached (Connection refused)");
    }

    @Test
    void aFileOfRequirementsIsWaitedFor() {
        Job job = namespace.run("no-file", "import e2e_tiny; print(e2e_tiny.version)", """
                python: {requirementsFrom: {configMap: {name: to-come, key: all.txt}}, index: {url: "%s"}}
                executors: {instances: 0}
                """.formatted(index()));
        assertThat(job.awaits("Stalled").getReason()).isEqualTo("RequirementsNotFound");
        namespace.applyObjects("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: to-come, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
                data: {all.txt: "e2e_tiny==1.1"}
                """);

        assertThat(job.succeeds()).endsWith("1.1\n");
    }

    @Test
    void anImageThatHasAllInstallsNothing() {
        Job job = namespace.run("has-all", Scripts.SPARK + """
                import sys

                print(sys.prefix == sys.base_prefix, sc.parallelize([0], 1).map(lambda _: sys.prefix).collect() == ["/usr"])
                """, """
                python: {requirements: [pandas, "numpy>=2"], index: {url: "http://127.0.0.1:9/simple"}}
                executors: {instances: 1}
                """);

        assertThat(job.succeeds()).isEqualTo("True True\n");
    }
}
