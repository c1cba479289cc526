package io.pyjob.api.manifest;

import static io.pyjob.api.manifest.Manifests.faultsOf;
import static io.pyjob.api.manifest.Manifests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.BatchScheduler;
import io.pyjob.api.GpuSpec;
import io.pyjob.api.PodFields;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.QueueSpec;
import io.pyjob.api.Toleration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a manifest can say of the job's pods. */
final class PodManifestTest {
    @Test
    void allThatIsSaidOfPodsIsTaken() {
        PyJobSpec spec =
                Manifest.read(with("""
                        pods:
                          labels: {team: air}
                          annotations: {example.com/note: "for the report"}
                          nodeSelector: {pool: batch}
                          tolerations: [{key: batch, operator: Exists, effect: NoExecute, tolerationSeconds: 60}]
                          priorityClassName: low
                          runtimeClassName: gvisor
                          schedulerName: own
                          serviceAccountName: reader
                          automountServiceAccountToken: true
                          imagePullSecrets: [{name: registry}]
                          template:
                            metadata: {labels: {more: x}}
                            spec:
                              hostAliases: [{ip: 10.0.0.1, hostnames: [db]}]
                              volumes:
                                - {name: pyjob, emptyDir: {sizeLimit: 10Gi}}
                                - {name: token, projected: {sources: [{serviceAccountToken: {path: token, audience: vault}}]}}
                              containers:
                                - {name: python, volumeMounts: [{name: token, mountPath: /var/token}], env: [{name: A, value: b}]}
                                - {name: proxy, image: proxy, command: [proxy]}
                              initContainers: [{name: fetch, image: fetch}]
                        driver: {pod: {nodeSelector: {pool: on-demand}}}
                        executors: {gpu: {count: 2, tasksPerGpu: 4}}
                        queue: {scheduler: Kueue, name: team-a, gang: true}
                        """), "job.yaml").job().orElseThrow().getSpec();

        PodFields pods = Objects.requireNonNull(spec.pods());
        assertThat(pods.labels()).containsEntry("team", "air");
        assertThat(pods.tolerations())
                .containsExactly(
                        new Toleration("batch", Toleration.Operator.Exists, null, Toleration.Effect.NoExecute, 60L));
        assertThat(pods.imagePullSecrets()).extracting("name").containsExactly("registry");
        assertThat(pods.template()).containsOnlyKeys("metadata", "spec");
        assertThat(spec.driver().pod()).extracting("nodeSelector").isEqualTo(Map.of("pool", "on-demand"));
        assertThat(spec.executors().gpu()).isEqualTo(new GpuSpec("nvidia.com/gpu", 2, 4));
        assertThat(spec.queue()).isEqualTo(new QueueSpec(BatchScheduler.Kueue, "team-a", true));
        assertThat(PodRules.faultsOf(spec)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{nodeSelectr: {a: b}} | : unknown field; did you mean \"nodeSelector\"?",
                "{nodeSelector: {a b: c}} | .nodeSelector[a b]: the key must be a name such as team or example.com/team, of up to 63 letters, digits, '-', '_' and '.'",
                "{labels: {pyjob.io/job: x}} | .labels: must not have labels that begin with pyjob.io/, nor app.kubernetes.io/name, instance, component and managed-by: PyJob finds its pods by them",
                "{automountServiceAccountToken: true} | .automountServiceAccountToken: gives user code a token: name the service account beside it that is meant, as serviceAccountName",
                "{tolerations: [{operator: Maybe}]} | .tolerations[0].operator: must be Equal or Exists, not \"Maybe\"",
                "{template: {spec: {hostNetwork: true}}} | .template.spec.hostNetwork: cannot be said here: it would put the job among the node's own processes and ports",
                "{template: {spec: {restartPolicy: Always}}} | .template.spec.restartPolicy: cannot be said here: a script is not safe to run twice by itself: spec.restart says when it is",
                "{template: {spec: {nodeSelectr: {a: b}}}} | .template.spec.nodeSelectr: unknown field; did you mean \"nodeSelector\"?",
                "{template: {spec: {tolerations: {a: b}}}} | .template.spec.tolerations: is not what Kubernetes has there: it is a mapping",
                "{template: {spec: {containers: [{name: python, image: x}]}}} | .template.spec.containers[0]: is PyJob's own: a template can add env, envFrom, volumeMounts, volumeDevices and resources to it, and nothing else",
                "{template: {spec: {containers: [{name: jvm, lifecycle: {}}]}}} | .template.spec.containers[0]: is PyJob's own: a template can add env, envFrom, volumeMounts, volumeDevices and resources to it, and nothing else",
                "{template: {spec: {containers: [{name: python, resources: {limits: {memory: 9Gi}}}]}}} | .template.spec.containers[0].resources.limits.memory: follows from spec.driver and spec.executors: write it there",
                "{template: {spec: {containers: [{name: python, env: [{name: PYJOB_DIR, value: x}]}]}}} | .template.spec.containers[0].env[0].name: must not begin with PYJOB_: PyJob sets those itself",
                "{template: {spec: {containers: [{name: spy, volumeMounts: [{name: secrets, mountPath: /x}]}]}}} | .template.spec.containers[0].volumeMounts[0]: must not be of the volume secrets: only PyJob's JVMs have the job's secrets",
                "{template: {spec: {containers: [{name: python, volumeMounts: [{name: a, mountPath: /pyjob/run}]}]}}} | .template.spec.containers[0].volumeMounts[0].mountPath: must not be /, /tmp or begin with /pyjob: PyJob's own volumes are there",
                "{template: {spec: {containers: [{image: x}]}}} | .template.spec.containers[0].name: is required",
                "{template: {spec: {initContainers: [{name: python, image: x}]}}} | .template.spec.initContainers[0]: must have another name than jvm and python, PyJob's own containers, which stand under containers",
                "{template: {spec: {volumes: [{name: secrets, emptyDir: {}}]}}} | .template.spec.volumes[0]: must have another name than conf, secrets, script, requirements, wheels, hadoop-conf, ivy-settings, events, log-copies, and one that does not begin with modules- or user-: these are PyJob's own",
                "{template: {spec: {volumes: [{name: pyjob, persistentVolumeClaim: {claimName: x}}]}}} | .template.spec.volumes[0]: is the volume that the containers of one pod share: it can be an emptyDir or ephemeral, and nothing that other pods have too",
                "{template: {spec: {volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]}}} | .template.spec.volumes[0].projected.sources[0]: is a token of a service account: name the one that is meant, as serviceAccountName beside template",
                "{template: {metadata: {name: x}}} | .template.metadata.name: unknown field; known here are labels, annotations",
                "{template: {metadata: {labels: {pyjob.io/role: x}}}} | .template.metadata.labels: must not have labels that begin with pyjob.io/, nor app.kubernetes.io/name, instance, component and managed-by: PyJob finds its pods by them",
            })
    void whatWouldBreakAJobIsRefused(String pod, String fault) {
        boolean unknown = fault.startsWith(": unknown");
        for (String place : List.of("pods: ", "driver: {pod: ", "executors: {pod: ")) {
            String path = "spec." + place.replace(": {", ".").replace(": ", "");
            String expected = unknown ? path + ".nodeSelectr" + fault : path + fault;
            assertThat(faultsOf(with(place + pod + (place.contains("{") ? "}" : ""))))
                    .containsExactly(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "queue: {scheduler: Slurm, name: a} | spec.queue.scheduler: must be Kueue or Volcano or YuniKorn, not \"Slurm\"",
                "queue: {scheduler: Kueue} | spec.queue.name: is required",
                "{queue: {scheduler: Kueue, name: a, gang: true}, executors: {min: 1, max: 2}} | spec.queue: a gang of Kueue has a fixed number of pods: leave out executors.min and max, or gang",
                "{queue: {scheduler: Volcano, name: a}, driver: {pod: {schedulerName: x}}} | spec.queue: sets the scheduler of the pods: leave out schedulerName",
                "executors: {gpu: {count: 0}} | spec.executors.gpu.count: must be a whole number of at least 1, not 0",
                "executors: {gpu: {resource: gpu}} | spec.executors.gpu.resource: must be a resource of nodes such as nvidia.com/gpu, not \"gpu\"",
                "conf: {spark.executor.resource.gpu.amount: '1'} | spec.conf[spark.executor.resource.gpu.amount]: write it as spec.executors.gpu: the addresses follow from it",
            })
    void queuesAndGpusAreChecked(String spec, String fault) {
        String rest =
                spec.startsWith("{") ? spec.substring(1, spec.length() - 1).replace("}, ", "}\n") : spec;
        assertThat(faultsOf(with(rest))).containsExactly(fault);
    }

    @Test
    void aTokenMayBeOfTheAccountThatBothRolesHave() {
        String token =
                "{template: {spec: {volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]}}}";
        assertThat(faultsOf(with("pods: {serviceAccountName: reader}\ndriver: {pod: " + token + "}")))
                .isEmpty();
    }

    @Test
    void theManifestsOfTheDocumentationAreSound() throws IOException {
        String page = Files.readString(Path.of("../docs/pods.md"));
        String[] blocks = page.split("```");
        int checked = 0;
        for (String block : blocks) {
            if (block.startsWith("yaml\n")) {
                String text = block.substring("yaml\n".length());
                String manifest = text.startsWith("apiVersion")
                        ? text
                        : with(text.stripTrailing().stripIndent());
                assertThat(faultsOf(manifest)).as(manifest).isEmpty();
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(5);
    }

    /** What an API server lets through, because only a pod's own types tell that it is wrong. */
    @Test
    void theOperatorFindsTheSame() {
        PodFields pods = new PodFields(
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Map.of("spec", Map.of("tolerations", Map.of("a", "b"), "hostPID", true)));
        PyJobSpec sound =
                Manifest.read(with(""), "job.yaml").job().orElseThrow().getSpec();
        assertThat(PodRules.faultsOf(sound.withPods(pods)))
                .extracting(Fault::path)
                .containsExactlyInAnyOrder("spec.pods.template.spec.tolerations", "spec.pods.template.spec.hostPID");
    }
}
