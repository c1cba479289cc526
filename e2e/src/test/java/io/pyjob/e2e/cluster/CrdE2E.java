package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.api.manifest.Fault;
import io.pyjob.api.manifest.Manifest;
import io.pyjob.e2e.PyJob;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real API server takes our CRD, explains it, and judges a manifest as {@code pyjob validate} does. */
@OnCluster
final class CrdE2E {
    private static final String GOOD = "{path: a.py}";

    private final TestNamespace namespace;

    CrdE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    private Answer create(String manifest, String... options) {
        List<String> arguments = Stream.concat(
                        Stream.of("-n", namespace.name(), "create", "--dry-run=server", "-f", "-"), Stream.of(options))
                .toList();
        return Kubectl.run(manifest, arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wordcount", "flights", "pi", "streaming"})
    void examplesAreAccepted(String example) {
        String file =
                Cluster.PROJECT.resolve("examples/" + example + "/job.yaml").toString();
        namespace
                .kubectl("create", "--dry-run=server", "--validate=strict", "-f", file)
                .ok();
    }

    @Test
    void defaultsAreThoseOfLocalMode() {
        assertThat(create(manifest(GOOD, "{}"), "-o", "yaml").ok()).contains("instances: 2", "cores: 1", "memory: 1Gi");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}                                | {}",
                "{path: a.py, inline: 'print(1)'}  | {}",
                "{path: a.py}                      | {instances: two}",
                "{path: a.py}                      | {instances: -1}",
                "{path: a.py}                      | {memory: 1Gib}",
                "{path: a.py}                      | {memory: 849Mi}",
                "{path: a.py}                      | {min: 3, max: 2}",
                "{path: a.py}                      | {min: 3}",
                "{path: a.py}                      | {cores: 0}",
                "{path: a.py}                      | {cpu: half}",
                "{path: a.py}                      | {cpu: 9m}",
                "{path: a.py}                      | {python: {workerMemory: 32Mi}}",
                "{path: a.py}                      | {python: {workerMemory: 2Gi}}",
                "{path: a.py}                      | {python: {maxTasksPerWorker: 0}}",
                "{path: a.py}                      | {python: {idleTimeout: soon}}",
                "{path: 7}                         | {}",
            })
    void whatTheServerRefusesValidateRefuses(String script, String executors) {
        String manifest = manifest(script, executors);
        String why = create(manifest, "--validate=strict").refused();
        assertThat(faults(manifest)).as(why).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark.master: local", "spark.shuffle.service.enabled: 'true'", "sparc.x: 'y'"})
    void settingsThatTheServerRefusesValidateRefuses(String setting) {
        String manifest = manifest(GOOD, "{}") + "  conf: {" + setting + "}\n";
        String why = create(manifest, "--validate=strict").refused();
        assertThat(why).contains("spec.conf");
        assertThat(faults(manifest)).as(why).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "suspend: 'yes'",
                "restart: {policy: Sometimes}",
                "restart: {retries: 3}",
                "restart: {policy: Always, backoff: 2m, maxBackoff: 90s}",
                "restart: {policy: Always, backoff: 1d}",
                "timeout: {start: 0s}",
                "timeout: {start: 1h, run: 59m}",
                "ttlAfterFinished: {job: 7d}",
                "ttlAfterFinished: {executorPods: -1}",
                "eventLog: {}",
                "logs: {}",
                "logs: {claim: a, directory: 's3a://b/c'}",
                "logs: {directory: 's3a://key:secret@b/c'}",
                "eventLog: {enabled: true}",
                "eventLog: {claim: a, directory: 's3a://b/c'}",
                "eventLog: {enabled: false, claim: a}",
                "eventLog: {claim: a, path: ../b}",
                "eventLog: {directory: 's3a://b/c', path: d}",
                "eventLog: {directory: 's3a://key:secret@b/c'}",
                "eventLog: {directory: /events}",
                "eventLog: {claim: a}\n  conf: {spark.eventLog.dir: 'file:/x'}",
            })
    void whatTheServerRefusesOfAJobsLifeValidateRefuses(String life) {
        String manifest = manifest(GOOD, "{}") + "  " + life + "\n";
        String why = create(manifest, "--validate=strict").refused();
        assertThat(faults(manifest)).as(why).isNotEmpty();
    }

    @Test
    void whatIsSaidOfAJobsLifeIsTakenByBoth() {
        String manifest = manifest(GOOD, "{}") + """
                  suspend: true
                  restart: {policy: OnFailure, retries: 2, infrastructureRetries: 9, backoff: 90s, maxBackoff: 2m, resetAfter: 1h}
                  timeout: {start: 5m, run: 2h}
                  ttlAfterFinished: {pods: 10m, job: 168h}
                """;
        create(manifest, "--validate=strict").ok();
        assertThat(validate(manifest).code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "requirements: ['--index-url x']",
                "environment: env.tar.gz",
                "{environment: /env.tar.gz, requirements: [a]}",
                "{environment: /env.tar.gz, pyFiles: [/a.whl]}",
                "index: {url: 'https://me:secret@example.com/simple'}",
                "index: {findLinks: [wheels]}",
                "index: {noIndex: true}",
                "index: {noIndex: true, claim: wheels, url: 'https://example.com/simple'}",
                "index: {credentials: login}",
                "pyFiles: [s3a://code/a.whl]",
                "archives: [words.rar]",
            })
    void packagesThatTheServerRefusesValidateRefuses(String python) {
        String fields = python.startsWith("{") ? python : "{" + python + "}";
        String manifest = manifest(GOOD, "{}") + "  python: " + fields + "\n";
        String why = create(manifest, "--validate=strict").refused();
        assertThat(why).contains("spec.python");
        assertThat(faults(manifest)).as(why).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jvm: {env: [{name: A}]}",
                "jvm: {env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}",
                "jvm: {env: [{name: A, valueFrom: {}}]}",
                "jvm: {env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.containers}}}]}",
                "jvm: {env: [{name: PYJOB_X, value: a}]}",
                "jvm: {env: [{name: SPARK_USER, value: a}]}",
                "jvm: {env: [{name: A, value: a}, {name: A, value: b}]}",
                "jvm: {env: [{name: A, value: a, pods: [workers]}]}",
                "jvm: {envFrom: [{}]}",
                "python: {envFrom: [{prefix: PYJOB_, secretRef: {name: a}}]}",
                "volumes: [{name: a, mountPath: data, claim: c}]",
                "volumes: [{name: a, mountPath: /usr, claim: c}]",
                "volumes: [{name: a, mountPath: /pyjob/run, claim: c}]",
                "volumes: [{name: a, mountPath: /a}]",
                "volumes: [{name: a, mountPath: /a, claim: c, secret: {name: s}}]",
                "volumes: [{name: a, mountPath: /a, hostPath: {path: /data}}]",
                "volumes: [{name: a, mountPath: /a, claim: c, localDir: true}]",
                "volumes: [{name: a, mountPath: /a, claim: c}, {name: b, mountPath: /a, claim: d}]",
                "volumes: [{name: a, mountPath: /a, claim: c}, {name: a, mountPath: /b, claim: c}]",
                "volumes: [{name: a, mountPath: /a, emptyDir: {medium: Disk}}]",
            })
    void variablesAndVolumesThatTheServerRefusesValidateRefuses(String field) {
        String manifest = manifest(GOOD, "{}") + "  " + field + "\n";
        String why = create(manifest, "--validate=strict").refused();
        assertThat(why).contains("spec.");
        assertThat(faults(manifest)).as(why).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jvm: {packages: ['io.delta:delta-spark_2.12:3.2.0']}",
                "jvm: {jars: [delta_2.12-3.2.0.jar]}",
                "jvm: {jars: [lib]}",
                "jvm: {packages: ['postgresql:42']}",
                "jvm: {excludes: ['a:b:1']}",
                "jvm: {repositories: ['https://me:secret@example.com/maven']}",
                "jvm: {hadoopConf: {}}",
                "jvm: {hadoopConf: {configMap: a, secret: b}}",
                "jvm: {ivySettings: {}}",
                "python: {files: ['a,b']}",
                "python: {modulesFrom: [{folder: a}]}",
                "python: {modulesFrom: [{configMap: {name: a}, folder: ../a}]}",
                "python: {modulesFrom: [{configMap: {name: a, items: [{key: k, path: /a}]}}]}",
                "{jvm: {ivySettings: {configMap: {name: a, key: b}}}, conf: {spark.jars.ivySettings: x}}",
            })
    void whatTheServerRefusesOfWhatAJobBringsValidateRefuses(String fields) {
        String block = fields.startsWith("{")
                ? fields.substring(1, fields.length() - 1).replace("}}}, conf", "}}}\n  conf")
                : fields;
        String manifest = manifest(GOOD, "{}") + "  " + block + "\n";
        String why = create(manifest, "--validate=strict").refused();
        assertThat(faults(manifest)).as(why).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{path: a.py, sha256: aa}", "{url: 'http:///a.py'}", "{url: 'https://a/b.py', sha256: AA}"})
    void scriptsThatTheServerRefusesValidateRefuses(String script) {
        String manifest = manifest(script, "{}");
        String why = create(manifest, "--validate=strict").refused();
        assertThat(faults(manifest)).as(why).isNotEmpty();
    }

    @Test
    void aRefusedVolumeHasTheSameReasonFromBoth() {
        String manifest = manifest(GOOD, "{}") + "  volumes: [{name: a, mountPath: /a, hostPath: {path: /data}}]\n";
        String reason = "pods would reach the node's own files";
        assertThat(create(manifest, "--validate=strict").refused()).contains(reason);
        assertThat(validate(manifest).out()).contains(reason);
    }

    @Test
    void variablesAndVolumesAreAcceptedByBoth() {
        String manifest = manifest(GOOD, "{}") + """
                  python:
                    env: [{name: A, pods: [driver], valueFrom: {secretKeyRef: {name: a, key: b, optional: true}}}]
                    envFrom: [{prefix: X_, configMapRef: {name: a}, pods: [executors]}]
                  jvm:
                    env: [{name: A, value: ""}, {name: B, valueFrom: {fieldRef: {fieldPath: "metadata.labels['team']"}}}]
                    envFrom: [{secretRef: {name: a, optional: true}}]
                  volumes:
                    - {name: a, mountPath: /a/.b, claim: c, subPath: d/e, readOnly: true, containers: [jvm], pods: [driver]}
                    - {name: b, mountPath: /b, secret: {name: c, items: [{key: d, path: e/f}], optional: true}}
                    - {name: c, mountPath: /c, configMap: {name: c}}
                    - {name: d, mountPath: /d, localDir: true, emptyDir: {medium: Memory, sizeLimit: 1Gi}}
                    - {name: e, mountPath: /e, projected: {sources: [{serviceAccountToken: {audience: x, path: t}}]}}
                    - {name: f, mountPath: /f, csi: {driver: a.example.com, volumeAttributes: {b: c}}}
                    - {name: g, mountPath: /g, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}}
                """;
        assertThat(create(manifest, "--validate=strict", "-o", "yaml").ok())
                .contains("audience: x", "b: c", "ReadWriteOnce");
        assertThat(validate(manifest).code()).as(manifest).isZero();
    }

    @Test
    void whatAJobBringsIsTakenByBoth() {
        String script = "{url: 's3a://bucket/main.py', sha256: " + "0a".repeat(32) + "}";
        String manifest = manifest(script, "{}") + """
                  python:
                    files: [data/*.csv, "s3a://data/words.txt"]
                    modulesFrom:
                      - configMap: {name: lib, items: [{key: words.py, path: words/count.py}]}
                        folder: team/report
                  jvm:
                    jars: [lib/*.jar, "local:/opt/jars/a_2.13-1.0.jar"]
                    packages: ["org.postgresql:postgresql:42.7.4"]
                    excludes: ["org.checkerframework:checker-qual"]
                    repositories: ["https://repo.example.com/maven"]
                    ivySettings: {secret: {name: ivy, key: ivysettings.xml}}
                    hadoopConf: {configMap: hadoop}
                """;
        create(manifest, "--validate=strict").ok();
        assertThat(validate(manifest).code()).as(manifest).isZero();
    }

    @Test
    void packagesAndModulesAreAcceptedByBoth() {
        String manifest = manifest(GOOD, "{}") + """
                  python:
                    requirements: ["tiny==1.0 --hash=sha256:00", own @ https://example.com/own-1.0-py3-none-any.whl]
                    requirementsFrom: {configMap: {name: packages, key: requirements.txt}}
                    index: {url: "https://example.com/simple", claim: wheels, credentials: login}
                    pyFiles: [lib/a.py, s3a://code/b.zip, /c-1.0-py3-none-any.whl]
                    archives: ["https://example.com/words.tar.gz#words"]
                """;
        create(manifest, "--validate=strict").ok();
        assertThat(validate(manifest).code()).as(manifest).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "labels: {pyjob.io/job: x}",
                "automountServiceAccountToken: true",
                "tolerations: [{operator: Maybe}]",
                "priorityClassName: a b",
                "template: {spec: {hostNetwork: true}}",
                "template: {spec: {hostPID: true}}",
                "template: {spec: {shareProcessNamespace: true}}",
                "template: {spec: {restartPolicy: Always}}",
                "template: {spec: {activeDeadlineSeconds: 60}}",
                "template: {spec: {serviceAccountName: default}}",
                "template: {spec: {containers: [{name: python, image: x}]}}",
                "template: {spec: {containers: [{name: jvm, command: [sh]}]}}",
                "template: {spec: {initContainers: [{name: python, image: x}]}}",
                "template: {spec: {volumes: [{name: secrets, emptyDir: {}}]}}",
                "template: {metadata: {labels: {pyjob.io/role: driver}}}",
                "template: {metadata: {name: x}}",
            })
    void whatTheServerRefusesOfPodsValidateRefuses(String pod) {
        for (String place : List.of("pods: {%s}", "driver: {pod: {%s}}")) {
            String manifest = manifest(GOOD, "{}") + "  " + place.formatted(pod) + "\n";
            String why = create(manifest, "--validate=strict").refused();
            assertThat(faults(manifest)).as(why).isNotEmpty();
        }
        String manifest = manifest(GOOD, "{pod: {" + pod + "}}");
        String why = create(manifest, "--validate=strict").refused();
        assertThat(why).contains("executors.pod");
    }

    @Test
    void podsQueuesAndGpusAreAcceptedByBoth() {
        String manifest = manifest(GOOD, "{gpu: {count: 2, tasksPerGpu: 4}}") + """
                  pods:
                    labels: {team: air}
                    nodeSelector: {pool: batch}
                    tolerations: [{key: batch, operator: Exists}]
                    imagePullSecrets: [{name: registry}]
                    serviceAccountName: reader
                    automountServiceAccountToken: true
                    template:
                      metadata: {annotations: {a: b}}
                      spec:
                        hostAliases: [{ip: 10.0.0.1, hostnames: [db]}]
                        containers: [{name: python, env: [{name: A, value: b}]}, {name: side, image: side, command: [side]}]
                        volumes: [{name: pyjob, emptyDir: {sizeLimit: 1Gi}}]
                  queue: {scheduler: Kueue, name: team-a, gang: true}
                """;
        create(manifest, "--validate=strict").ok();
        assertThat(validate(manifest).code()).as(manifest).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "queue: {scheduler: Slurm, name: a}",
                "queue: {scheduler: Kueue}",
                "{queue: {scheduler: Volcano, name: a}, pods: {schedulerName: b}}",
            })
    void queuesThatTheServerRefusesValidateRefuses(String rest) {
        String fields =
                rest.startsWith("{") ? rest.substring(1, rest.length() - 1).replace("}, pods", "}\n  pods") : rest;
        String manifest = manifest(GOOD, "{}") + "  " + fields + "\n";
        String why = create(manifest, "--validate=strict").refused();
        assertThat(faults(manifest)).as(why).isNotEmpty();
    }

    @Test
    void unknownFieldsAreRefusedByBoth() {
        String manifest = manifest(GOOD, "{instnces: 2}");
        assertThat(create(manifest, "--validate=strict").refused()).contains("instnces");
        assertThat(validate(manifest).out()).contains("instnces", "instances");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "schedule: '61 * * * *'                         | spec.schedule",
                "schedule: 0 0 2 * * *                          | spec.schedule",
                "schedule: '@every 1m'                          | spec.schedule",
                "{schedule: '@daily', timeZone: a b}            | spec.timeZone",
                "{schedule: '@daily', startingDeadline: soon}   | spec.startingDeadline",
                "{schedule: '@daily', concurrencyPolicy: Never} | spec.concurrencyPolicy",
            })
    void schedulesThatTheServerRefusesValidateRefuses(String spec, String field) {
        String manifest = schedule(spec, "{script: {path: a.py}}");
        assertThat(create(manifest, "--validate=strict").refused()).contains(field);
        assertThat(validate(manifest).out()).contains(field + ": ");
    }

    @Test
    void aSchedulesTemplateIsJudgedWhenTheScheduleIsApplied() {
        String daily = "schedule: '@daily'";
        create(schedule(daily, "{script: {path: a.py}}"), "--validate=strict").ok();
        for (String job : List.of("{}", "{script: {}}", "{script: {path: a.py}, executors: {min: 3}}")) {
            assertThat(create(schedule(daily, job), "--validate=strict").refused())
                    .as(job)
                    .contains("spec.template.spec");
            assertThat(validate(schedule(daily, job)).code()).as(job).isEqualTo(65);
        }
    }

    private static String schedule(String spec, String job) {
        String fields = spec.startsWith("{") ? spec.substring(1, spec.length() - 1) : spec;
        return """
                apiVersion: pyjob.io/v1alpha1
                kind: PyJobSchedule
                metadata: {name: checked}
                spec: {%s, template: {spec: %s}}
                """.formatted(fields, job);
    }

    @ParameterizedTest
    @CsvSource({"pyjobs.pyjob.io, pyjob", "pyjobschedules.pyjob.io, pyjobschedule"})
    void everyFieldIsExplained(String crdName, String kind) throws JsonProcessingException {
        String crd = Kubectl.run("get", "crd", crdName, "-o", "json").ok();
        JsonNode schema = new ObjectMapper().readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema/properties");
        List<String> parts = Stream.of("spec", "status")
                .flatMap(part -> objects(kind + "." + part, schema.path(part)))
                .toList();
        assertThat(parts).hasSizeGreaterThan(10);
        for (String part : parts) {
            assertThat(Kubectl.run("explain", part).ok())
                    .as(part)
                    .contains("DESCRIPTION", "FIELDS")
                    .doesNotContain("<no description>", "<empty>");
        }
    }

    /** The paths of what has fields. */
    private static Stream<String> objects(String path, JsonNode schema) {
        JsonNode properties =
                schema.path("items").isObject() ? schema.at("/items/properties") : schema.path("properties");
        if (properties.isEmpty()) {
            return Stream.of();
        }
        return Stream.concat(
                Stream.of(path),
                StreamSupport.stream(properties.properties().spliterator(), false)
                        .flatMap(field -> objects(path + "." + field.getKey(), field.getValue())));
    }

    private static String manifest(String script, String executors) {
        return """
                apiVersion: pyjob.io/v1alpha1
                kind: PyJob
                metadata: {name: checked}
                spec:
                  script: %s
                  executors: %s
                """.formatted(script, executors);
    }

    /** What {@code pyjob validate} finds, without a process for each of many manifests. */
    private static List<Fault> faults(String manifest) {
        return Manifest.read(manifest, "job.yaml").faults();
    }

    private static PyJob.Ended validate(String manifest) {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.write("job.yaml", manifest);
            return pyjob.run("validate", "job.yaml");
        }
    }
}
