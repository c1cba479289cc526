package io.pyjob.api.manifest;

import static io.pyjob.api.manifest.Manifests.HEAD;
import static io.pyjob.api.manifest.Manifests.faultsOf;
import static io.pyjob.api.manifest.Manifests.with;
import static io.pyjob.api.manifest.Manifests.withSpec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.ConfigMapSource;
import io.pyjob.api.DriverSpec;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.PackageIndex;
import io.pyjob.api.PyJob;
import io.pyjob.api.PythonSpec;
import io.pyjob.api.RestartPolicy;
import io.pyjob.api.RestartSpec;
import io.pyjob.api.TimeoutSpec;
import io.pyjob.api.TtlSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestTest {
    @Test
    void whatIsLeftOutHasItsDefault() {
        PyJob job = Manifest.read(with(""), "job.yaml").job().orElseThrow();

        assertThat(job.getMetadata().getName()).isEqualTo("pi");
        assertThat(job.getMetadata().getNamespace()).isNull();
        assertThat(job.getSpec().script().path()).isEqualTo("pi.py");
        assertThat(job.getSpec().driver()).isEqualTo(DriverSpec.DEFAULT);
        assertThat(job.getSpec().executors()).isEqualTo(ExecutorsSpec.DEFAULT);
        assertThat(job.getSpec().python()).isEqualTo(PythonSpec.DEFAULT);
        assertThat(job.getSpec().suspend()).isFalse();
        assertThat(job.getSpec().restart()).isEqualTo(RestartSpec.DEFAULT);
        assertThat(job.getSpec().timeout()).isEqualTo(TimeoutSpec.NONE);
        assertThat(job.getSpec().ttlAfterFinished()).isEqualTo(TtlSpec.NONE);
    }

    @Test
    void everythingThatIsSaidIsTaken() {
        PyJob job = Manifest.read(Manifests.FULL, "job.yaml").job().orElseThrow();

        assertThat(job.getMetadata().getNamespace()).isEqualTo("science");
        assertThat(job.getMetadata().getLabels()).containsEntry("team", "air");
        assertThat(job.getMetadata().getAnnotations()).containsEntry("note", "for the report");
        assertThat(job.getSpec().script().configMap()).isEqualTo(new ConfigMapKey("scripts", "flights.py"));
        assertThat(job.getSpec().args()).containsExactly("--top", "10");
        assertThat(job.getSpec().python().requirements()).hasSize(2);
        assertThat(job.getSpec().python().requirementsFrom())
                .isEqualTo(new ConfigMapSource(new ConfigMapKey("scripts", "requirements.txt")));
        assertThat(job.getSpec().python().index())
                .isEqualTo(new PackageIndex(
                        "https://pypi.example.com/simple",
                        List.of("https://other.example.com/simple"),
                        List.of("/wheels", "https://example.com/wheels/"),
                        "wheels",
                        null,
                        "pypi-login"));
        assertThat(job.getSpec().python().packages()).hasSize(3).endsWith("/app/own-1.0-py3-none-any.whl");
        assertThat(job.getSpec().python().modules()).containsExactly("lib/helpers.py", "https://example.com/more.zip");
        assertThat(job.getSpec().python().archives()).containsExactly("s3a://data/words.tar.gz#words");
        assertThat(job.getSpec().driver().python().memory()).isEqualTo(new Quantity("2Gi"));
        assertThat(job.getSpec().executors().max()).isEqualTo(10);
        assertThat(job.getSpec().executors().memory()).isEqualTo(new Quantity("8589934592"));
        assertThat(job.getSpec().executors().python().preload()).containsExactly("numpy", "pandas");
        assertThat(job.getSpec().conf()).containsEntry("spark.driver.port", "9078");
        assertThat(job.getSpec().suspend()).isTrue();
        assertThat(job.getSpec().restart())
                .isEqualTo(new RestartSpec(RestartPolicy.OnFailure, 4, 2, "30s", "10m", "1h"));
        assertThat(job.getSpec().timeout()).isEqualTo(new TimeoutSpec("10m", "2h"));
        assertThat(job.getSpec().ttlAfterFinished()).isEqualTo(new TtlSpec("1h", "168h"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "suspend: 'yes' | spec.suspend: must be true or false, not \"yes\"",
                "restart: {policy: onFailure} | spec.restart.policy: must be Always or Never or OnFailure, not \"onFailure\"",
                "restart: {retries: 3} | spec.restart.retries: has no effect with policy Never: say OnFailure or Always beside it",
                "restart: {policy: Always, backoff: 2m, maxBackoff: 90s} | spec.restart.maxBackoff: must not be less than backoff beside it",
                "timeout: {run: 1d} | spec.timeout.run: must be a time such as 60s, 5m or 1h, not \"1d\"",
                "timeout: {start: 1h, run: 59m} | spec.timeout.start: must not be more than run beside it, which is for all of the job",
                "ttlAfterFinished: {pod: 1h} | spec.ttlAfterFinished.pod: unknown field; did you mean \"pods\"?",
                "eventLog: {directory: 's3a://key:secret@b/c'} | spec.eventLog.directory: must be an address such as s3a://bucket/events, without a password, not \"s3a://key:secret@b/c\"",
                "logs: {} | spec.logs: must have exactly one of claim, directory and enabled: false",
                "logs: {directory: 's3a://b', path: c} | spec.logs.path: is a folder of claim, and there is none",
                "eventLog: {directory: 'file:/'} | spec.eventLog.directory: must be an address such as s3a://bucket/events, without a password, not \"file:/\"",
            })
    void whatIsSaidOfAJobsLifeIsChecked(String spec, String fault) {
        assertThat(faultsOf(with(spec))).containsExactly(fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "python: {env: [{name: A, valueFrom: {}}]} | spec.python.env[0].valueFrom: must have exactly one of secretKeyRef, configMapKeyRef and fieldRef",
                "python: {env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]} | spec.python.env[0]: must have exactly one of value and valueFrom",
                "jvm: {env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.x}}}]} | spec.jvm.env[0].valueFrom.fieldRef.fieldPath: must be a pod's field such as metadata.name, metadata.labels['team'], spec.nodeName or status.podIP, not \"spec.x\"",
                "jvm: {env: [{name: A, value: a, pods: [worker]}]} | spec.jvm.env[0].pods[0]: must be driver or executors, not \"worker\"",
                "jvm: {env: [{name: A, value: a}, {name: A, value: b}]} | spec.jvm.env[1].name: \"A\" is there twice",
                "jvm: {env: [{name: PYJOB_X, value: a}]} | spec.jvm.env[0].name: must not begin with PYJOB_: PyJob sets those itself",
                "jvm: {envFrom: [{}]} | spec.jvm.envFrom[0]: must have exactly one of secretRef and configMapRef",
                "volumes: [{name: a, mountPath: data, claim: c}] | spec.volumes[0].mountPath: must be an absolute path such as /data/in, of letters, digits, '_', '-' and '.', without . and .. in it, not \"data\"",
                "volumes: [{name: a, mountPath: /data/../etc, claim: c}] | spec.volumes[0].mountPath: must be an absolute path such as /data/in, of letters, digits, '_', '-' and '.', without . and .. in it, not \"/data/../etc\"",
                "volumes: [{name: a, mountPath: /usr, claim: c}] | spec.volumes[0].mountPath: would hide what containers run from: take a folder of its own, such as /data/in",
                "volumes: [{name: a, mountPath: /pyjob/run, claim: c}] | spec.volumes[0].mountPath: would hide what containers run from: take a folder of its own, such as /data/in",
                "volumes: [{name: a, mountPath: /a}] | spec.volumes[0]: must have exactly one of claim, secret, configMap, emptyDir, projected, csi and ephemeral",
                "volumes: [{name: a, mountPath: /a, claim: c}, {name: b, mountPath: /a, claim: d}] | spec.volumes: must have each mountPath once",
                "volumes: [{name: a, mountPath: /a, claim: c, containers: [sidecar]}] | spec.volumes[0].containers[0]: must be jvm or python, not \"sidecar\"",
                "volumes: [{name: a, mountPath: /a, claim: c, localDir: true}] | spec.volumes[0].localDir: is for emptyDir and ephemeral, whole and in both containers: leave out containers, subPath and readOnly",
                "volumes: [{name: a, mountPath: /a, emptyDir: {sizeLimit: 1GB}}] | spec.volumes[0].emptyDir.sizeLimit: must be a size such as 512Mi or 2Gi, not \"1GB\"; did you mean 1Gi?",
            })
    void whatIsSaidOfVariablesAndVolumesIsChecked(String spec, String fault) {
        assertThat(faultsOf(with(spec))).containsExactly(fault);
    }

    @Test
    void aFolderOfTheNodeIsRefusedWithTheReason() {
        assertThat(faultsOf(with("volumes: [{name: a, mountPath: /a, hostPath: {path: /data}}]")))
                .singleElement()
                .asString()
                .startsWith("spec.volumes[0].hostPath: is refused: pods would reach the node's own files");
    }

    @Test
    void variablesThatWouldBreakTheJvmAreRefusedWithTheReason() {
        assertThat(faultsOf(with("jvm: {env: [{name: JDK_JAVA_OPTIONS, value: -Dx=y}]}")))
                .singleElement()
                .asString()
                .startsWith(
                        "spec.jvm.env: must not have variables that PyJob sets itself: PATH, JDK_JAVA_OPTIONS (write");
    }

    @Test
    void theManifestsOfThePageAboutDataAreSound() throws IOException {
        String page = Files.readString(Path.of("../docs/data.md"));
        List<String> manifests = java.util.regex.Pattern.compile("(?s)```yaml\n(apiVersion: pyjob.*?)```")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(manifests)
                .hasSizeGreaterThan(2)
                .allSatisfy(
                        manifest -> assertThat(faultsOf(manifest)).as(manifest).isEmpty());
    }

    @Test
    void theManifestOfTheDocumentationIsSound() throws IOException {
        String page = Files.readString(Path.of("../docs/lifecycle.md"));
        String manifest = page.replaceFirst("(?s).*?```yaml\n", "").replaceFirst("(?s)```.*", "");
        assertThat(manifest).contains("restart:");
        assertThat(faultsOf(manifest)).isEmpty();
    }

    @Test
    void allFaultsAreToldAtOnce() {
        assertThat(faultsOf("""
                        apiVersion: pyjob.io/v1
                        kind: PyJobs
                        metadata:
                          name: Pi
                        spec:
                          executrs: {}
                          executors:
                            instances: two
                            memory: 1Gib
                        """))
                .containsExactlyInAnyOrder(
                        "apiVersion: must be pyjob.io/v1alpha1, not \"pyjob.io/v1\"",
                        "kind: must be PyJob, not \"PyJobs\"",
                        "metadata.name: must be lower case letters, digits, '-' and '.', with a letter or digit at both"
                                + " ends, not \"Pi\"",
                        "spec.script: is required",
                        "spec.executrs: unknown field; did you mean \"executors\"?",
                        "spec.executors.instances: must be a whole number of at least 0, not \"two\"",
                        "spec.executors.memory: must be a size such as 512Mi or 2Gi, not \"1Gib\"; did you mean 1Gi?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "executors: {instances: -1} | spec.executors.instances: must be a whole number of at least 0, not -1",
                "executors: {instances: 1.5} | spec.executors.instances: must be a whole number of at least 0, not 1.5",
                "executors: {cores: 0} | spec.executors.cores: must be a whole number of at least 1, not 0",
                "executors: {instances: 99999} | spec.executors.instances: must be at most 10000, not 99999",
                "executors: [] | spec.executors: must be a mapping (name: value), not a list",
                "executors: {min: 1} | spec.executors: must have both of min and max, or neither",
                "executors: {min: 3, max: 2} | spec.executors: min must not be more than max",
                "executors: {memory: 849Mi} | spec.executors.memory: must be at least 850Mi: Spark needs 466Mi of heap,"
                        + " and the JVM 384Mi beside it",
                "driver: {memory: 800000000} | spec.driver.memory: must be at least 850Mi: Spark needs 466Mi of heap,"
                        + " and the JVM 384Mi beside it",
                "driver: {memory: 17Ti} | spec.driver.memory: must be at most 16Ti",
                "driver: {memory: -1Gi} | spec.driver.memory: must be a size such as 512Mi or 2Gi, not \"-1Gi\"",
                "driver: {memory: 2g} | spec.driver.memory: must be a size such as 512Mi or 2Gi, not \"2g\"; did you mean"
                        + " 2Gi?",
                "driver: {cpu: half} | spec.driver.cpu: must be a number of CPUs such as 2 or 500m, not \"half\"",
                "driver: {cpu: 9m} | spec.driver.cpu: must be at least 10m, a hundredth of a CPU",
                "executors: {cpu: 0.5} | spec.executors.cpu: must be a number of CPUs such as 2 or 500m, not 0.5",
                "executors: {cpu: 2000} | spec.executors.cpu: must be at most 1024",
                "driver: {python: {memory: 63Mi}} | spec.driver.python.memory: must be at least 64Mi: Python does not"
                        + " start with less",
                "driver: {python: {workerMemory: 63Mi}} | spec.driver.python.workerMemory: must be at least 64Mi: a"
                        + " Python worker needs as much",
                "driver: {python: {workerMemory: 600Mi}} | spec.driver.python.workerMemory: must not be more than"
                        + " memory beside it, which is what all workers have together",
                "executors: {python: {workerMemory: 1500000000}} | spec.executors.python.workerMemory: must not be more"
                        + " than memory beside it, which is what all workers have together",
                "executors: {python: {workerMemory: 2g}} | spec.executors.python.workerMemory: must be a size such as"
                        + " 512Mi or 2Gi, not \"2g\"; did you mean 2Gi?",
                "executors: {python: {maxTasksPerWorker: 0}} | spec.executors.python.maxTasksPerWorker: must be a whole"
                        + " number of at least 1, not 0",
                "executors: {python: {idleTimeout: 1m30s}} | spec.executors.python.idleTimeout: must be a time such as"
                        + " 60s, 5m or 1h, not \"1m30s\"",
                "executors: {python: {idleTimeout: 60}} | spec.executors.python.idleTimeout: must be text: write it in"
                        + " quotes, \"60\"",
                "driver: {wibble: 1} | spec.driver.wibble: unknown field; known here are cores, cpu, memory, pod, python",
                "driver: {wibble: } | spec.driver.wibble: unknown field; known here are cores, cpu, memory, pod, python",
                "args: [1] | spec.args[0]: must be text: write it in quotes, \"1\"",
                "args: --top | spec.args: must be a list, not \"--top\"",
                "args: [[]] | spec.args[0]: must be text, not a list",
                "args: [null] | spec.args[0]: must be text, not nothing",
                "conf: {spark.x: 8} | spec.conf[spark.x]: must be text: write it in quotes, \"8\"",
                "conf: {spark.x: on} | spec.conf[spark.x]: must be text: write it in quotes, \"true\"",
                "conf: {sparc.x: \"\"} | spec.conf[sparc.x]: keys must begin with spark.",
                "conf: {spark.executor.memory: 4g} | spec.conf[spark.executor.memory]: write it as"
                        + " spec.executors.memory, of which the heap is a part",
                "conf: {spark.shuffle.service.enabled: 'true'} | spec.conf[spark.shuffle.service.enabled]: leave it out:"
                        + " there is no external shuffle service beside the executors, and none is needed",
                "conf: {spark.master: local} | spec.conf[spark.master]: PyJob sets it: it is what starts the executors",
                "conf: {spark.authenticate.secret: x} | spec.conf[spark.authenticate.secret]: PyJob sets it: Spark's"
                        + " processes always authenticate each other",
                "conf: {spark.pyjob.python.idleTimeout: 1s} | spec.conf[spark.pyjob.python.idleTimeout]: PyJob sets it:"
                        + " write it as a field of spec.executors.python",
                "conf: {spark.driver.blockManager.port: '7078'} | spec.conf[spark.driver.blockManager.port]: must be"
                        + " another port than spark.driver.port, which is 7078",
                "conf: {spark.driver.blockManager.port: '0'} | spec.conf[spark.driver.blockManager.port]: must be a"
                        + " number between 1 and 65535, not \"0\"",
                "conf: {spark.driver.port: \"70000\"} | spec.conf[spark.driver.port]: must be a number between 1 and"
                        + " 65535, not \"70000\"",
                "python: {requirements: [--index-url x]} | spec.python.requirements[0]: must be a package such as"
                        + " pandas==2.3.3 (options, comments and several lines are not taken), not \"--index-url x\"",
                "python: {requirements: [\"\"]} | spec.python.requirements[0]: must be a package such as"
                        + " pandas==2.3.3 (options, comments and several lines are not taken); it is empty",
                "python: {environment: /env.tar.gz, requirements: [a]} | spec.python.environment: has all packages of the"
                        + " job: requirements, requirementsFrom and wheels in pyFiles are for an image",
                "python: {environment: env.tar.gz} | spec.python.environment: must be a .tar.gz, .tgz, .tar or .zip file,"
                        + " as an absolute path or an address of http(s), not \"env.tar.gz\"",
                "python: {index: {noIndex: true}} | spec.python.index.noIndex: takes packages from claim and findLinks:"
                        + " name one of them, and neither url nor extra",
                "python: {index: {noIndex: 1}} | spec.python.index.noIndex: must be true or false, not 1",
                "python: {index: {credentials: login}} | spec.python.index.credentials: are for url, and there is none",
                "python: {index: {url: 'https://me:secret@example.com/simple'}} | spec.python.index.url: must be an"
                        + " address such as https://pypi.example.com/simple, without a name and password:"
                        + " index.credentials names a Secret with these, not"
                        + " \"https://me:secret@example.com/simple\"",
                "python: {index: {findLinks: [wheels]}} | spec.python.index.findLinks[0]: must be a folder of the Python"
                        + " image, /wheels, or a page, https://example.com/wheels/, not \"wheels\"",
                "python: {pyFiles: [s3a://data/own.whl]} | spec.python.pyFiles[0]: must be a .py, .zip, .egg or .whl"
                        + " file, as a path or an address (a wheel: /path or http), without spaces and commas, not"
                        + " \"s3a://data/own.whl\"",
                "python: {archives: [words.tar.bz2]} | spec.python.archives[0]: must be a .zip, .tar.gz, .tgz, .tar or"
                        + " .jar file, maybe with #NAME behind it, without spaces and commas, not \"words.tar.bz2\"",
                "python: {env: [{name: A}]} | spec.python.env[0]: must have exactly one of value and valueFrom",
                "python: {env: [{name: PYJOB_X, value: x}]} | spec.python.env[0].name: must not begin with PYJOB_:"
                        + " PyJob sets those itself",
                "python: {env: [{name: A, value: x}, {name: A, value: z}]} | spec.python.env[1].name: \"A\" is there"
                        + " twice",
            })
    void aFaultSaysWhereAndWhat(String rest, String fault) {
        assertThat(faultsOf(with(rest))).containsExactly(fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{path: a.py, url: 'http://a/b.py'}",
                "{path: null}",
            })
    void aScriptHasOneSource(String script) {
        assertThat(faultsOf(withSpec("script: " + script)))
                .containsExactly("spec.script: must have exactly one of inline, configMap, path and url");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/app/main.py", "main.py", "https://", "http:///a.py", "http://a b", "s3a:/b/main.py"})
    void aUrlIsAnAddress(String url) {
        assertThat(faultsOf(withSpec("script: {url: '" + url + "'}")))
                .containsExactly("spec.script.url: must be an address such as https://example.com/main.py or"
                        + " s3a://bucket/main.py (a file of the image is a path), not \"" + url + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a/b.py",
                "s3a://bucket/jobs/main.py",
                "hdfs://name:8020/main.py",
                "hdfs:///main.py",
                "file:///app/main.py",
                "abfss://container@account.dfs.core.windows.net/main.py",
                "gs://bucket/main.py"
            })
    void aUrlMayBeOfAnyFileSystem(String url) {
        assertThat(faultsOf(withSpec("script: {url: '" + url + "', sha256: " + "0a".repeat(32) + "}")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "script: {url: 'http://a/b.py', sha256: 0A} | spec.script.sha256: must be 64 hexadecimal digits in lower case, as sha256sum prints them, not \"0A\"",
                "script: {path: a.py, sha256: 'aa55555555555555555555555555555555555555555555555555555555555555'} | spec.script.sha256: is of what url names, and there is no url",
            })
    void aHashIsOfWhatAUrlNames(String script, String fault) {
        assertThat(faultsOf(withSpec(script))).containsExactly(fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "jvm: {packages: ['io.delta:delta-spark_2.12:3.2.0']} | spec.jvm.packages: are for Spark's Scala, 2.13: one here is for an older one (_2.12), with which it would fail in the middle of a job; take the one whose name has _2.13",
                "jvm: {jars: [lib/delta_2.12-3.2.0.jar]} | spec.jvm.jars: are for Spark's Scala, 2.13: one here is for an older one (_2.12), with which it would fail in the middle of a job; take the one whose name has _2.13",
                "jvm: {packages: ['postgresql:42']} | spec.jvm.packages[0]: must be a package such as org.postgresql:postgresql:42.7.4, groupId:artifactId:version, not \"postgresql:42\"",
                "jvm: {excludes: ['a:b:1']} | spec.jvm.excludes[0]: must be a package without its version, such as org.slf4j:slf4j-api, not \"a:b:1\"",
                "jvm: {jars: [lib]} | spec.jvm.jars[0]: must be a .jar file, as a path or an address, without spaces, commas and #, not \"lib\"",
                "jvm: {repositories: ['https://me:secret@repo']} | spec.jvm.repositories[0]: must be an address such as https://repo.example.com/maven, without a name and password: jvm.ivySettings may name a Secret with these, not \"https://me:secret@repo\"",
                "jvm: {hadoopConf: {}} | spec.jvm.hadoopConf: must have exactly one of configMap and secret",
                "jvm: {ivySettings: {configMap: {name: a, key: b}, secret: {name: a, key: b}}} | spec.jvm.ivySettings: must have exactly one of configMap and secret",
                "{jvm: {ivySettings: {configMap: {name: a, key: b}}}, conf: {spark.jars.ivySettings: x}} | spec.conf: must not have spark.jars.ivySettings beside spec.jvm.ivySettings: there is one file of settings",
                "python: {modulesFrom: [{configMap: {name: a}, folder: ../a}]} | spec.python.modulesFrom[0].folder: must be a Python package as a folder, such as report or team/report, not \"../a\"",
                "python: {modulesFrom: [{configMap: {name: a, items: [{key: k, path: a/../../b}]}}]} | spec.python.modulesFrom[0].configMap.items[0].path: must be a relative path such as words/count.py, of letters, digits, '-', '_' and '.', not \"a/../../b\"",
                "python: {modulesFrom: [{folder: a}]} | spec.python.modulesFrom[0].configMap: is required",
                "python: {files: ['a,b']} | spec.python.files[0]: must be a file, as a path or an address, without spaces, commas and #, not \"a,b\"",
            })
    void whatAJobBringsIsChecked(String rest, String fault) {
        String block =
                rest.startsWith("{") ? rest.substring(1, rest.length() - 1).replace("}}}, conf", "}}}\nconf") : rest;
        assertThat(faultsOf(with(block))).containsExactly(fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "executors:",
                "executors: {instances: null, min: null}",
                "executors: {instances: 0}",
                "executors: {instances: 2.0}",
                "executors: {min: 0, max: 5}",
                "executors: {memory: 1.5Gi}",
                "executors: {python: {memory: 2Gi, workerMemory: 2147483648, maxTasksPerWorker: 1, idleTimeout: 5m}}",
                "driver: &d {memory: 1Gi}\nexecutors: *d",
                "driver: &d {memory: 1Gi, cores: 2}\nexecutors: {<<: *d, cores: 3}",
                "conf: {spark.app.name: mine, spark.task.cpus: '2', spark.driver.port: '1'}",
            })
    void whatKubernetesTakesIsSound(String rest) {
        assertThat(faultsOf(with(rest))).isEmpty();
    }

    @Test
    void keysOfLabelsAreChecked() {
        assertThat(faultsOf(Manifests.with("").replace("name: pi", "name: pi\n  labels: {a b: c, example.com/a: d}")))
                .containsExactly(
                        "metadata.labels[a b]: the key must be a name such as team or example.com/team, of up to 63"
                                + " letters, digits, '-', '_' and '.'");
    }

    @Test
    void onlyAnnotationsMayHaveCapitalsInTheDomain() {
        String with = Manifests.with("").replace("name: pi", "name: pi\n  annotations: {Example.com/a: b}");
        assertThat(faultsOf(with)).isEmpty();
        assertThat(faultsOf(with.replace("annotations", "labels"))).hasSize(1);
    }

    @Test
    void aNameIsRequired() {
        assertThat(faultsOf("apiVersion: pyjob.io/v1alpha1\nkind: PyJob\nmetadata: {}\nspec: {script: {path: a}}"))
                .containsExactly("metadata.name: is required");
        assertThat(faultsOf("{}"))
                .containsExactly(
                        "apiVersion: is required", "kind: is required", "metadata: is required", "spec: is required");
        assertThat(faultsOf(with("").replace("name: pi", "name: " + "a".repeat(254))))
                .containsExactly("metadata.name: must have at most 253 characters, not 254");
    }

    @Test
    void theCheckLeavesTheTreeAsItIs() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.putObject("spec").putNull("args");
        ObjectNode before = tree.deepCopy();

        assertThat(Manifest.check(tree).faults()).isNotEmpty();
        assertThat((Object) tree).isEqualTo(before);
    }

    @Test
    void faultsOfTheTextAndOfTheFieldsAreToldTogether() {
        assertThat(faultsOf(HEAD + "spec: {script: {path: a}, script: {path: b}, x: 1}"))
                .containsExactly(
                        "spec.script: is there twice, in line 5 and in line 5",
                        "spec.x: unknown field; known here are args, conf, driver, eventLog, executors, jvm, logs, pods, python, queue, restart, script, suspend, timeout, ttlAfterFinished, volumes");
    }

    @Test
    void valuesAreCutInMessages() {
        List<String> faults = faultsOf(with("executors: {instances: " + "x".repeat(1000) + "}"));

        assertThat(faults).hasSize(1);
        assertThat(faults.get(0)).hasSizeLessThan(200);
    }
}
