package io.pyjob.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.pyjob.api.TemplateRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules in Java and the CRD's rules in CEL come to the same verdict, field by field. */
final class CelTest {
    private static final List<String> KEYS = List.of(
            "spark.x",
            "sparkx",
            "spark.master",
            "spark.app.name",
            "spark.app.id",
            "spark.submit.deployMode",
            "spark.driver.host",
            "spark.driver.bindAddress",
            "spark.driver.memory",
            "spark.driver.memoryOverhead",
            "spark.driver.cores",
            "spark.executor.instances",
            "spark.executor.cores",
            "spark.executor.memory",
            "spark.authenticate",
            "spark.authenticate.secret",
            "spark.network.crypto.enabled",
            "spark.network.timeout",
            "spark.pyjob.python.idleTimeout",
            "spark.pyjobs",
            "spark.dynamicAllocation.enabled",
            "spark.dynamicAllocation.minExecutors",
            "spark.dynamicAllocation.maxExecutors",
            "spark.dynamicAllocation.initialExecutors",
            "spark.dynamicAllocation.executorIdleTimeout",
            "spark.shuffle.service.enabled",
            "spark.shuffle.service.port",
            "spark.jars.ivySettings",
            "spark.executor.resource.gpu.amount",
            "spark.executor.resources",
            "spark.task.resource.gpu.amount",
            "spark.eventLog.enabled",
            "spark.eventLog.dir",
            "spark.eventLog.compress",
            "spark.shuffle.compress");
    private static final List<String> PORTS =
            List.of("1", "7078", "65535", "65536", "99999", "0", "", "x", "-1", "080");
    private static final List<String> SIZES = List.of(
            "1Gi", "850Mi", "849Mi", "891289599", "891289600", "64Mi", "63Mi", "16Ti", "17Ti", "1e9", "1m", "0.9G");

    private static final List<String> TIMES = List.of("1s", "59s", "60s", "1m", "61s", "90m", "1h", "2h", "999999h");

    private static final List<String> CPUS = List.of("1", "10m", "9m", "1024", "1024.5", "1025", ".5", "0");

    private static final List<String> FOLDERS = List.of(
            "/data",
            "/data/in",
            "/",
            "/etc",
            "/etc/aws",
            "/usr",
            "/usr/share/x",
            "/tmp",
            "/tmp/x",
            "/pyjob",
            "/pyjob/x",
            "/pyjobs",
            "/pyjob-conf",
            "/pyjob-x/y",
            "/opt",
            "/opt/pyjob/spark",
            "/opt/java",
            "/opt/javas",
            "/dev/shm",
            "/proc");

    private final Random random = new Random(3);
    private final CelRules cel = new CelRules();

    @Test
    void everyKeyIsJudgedAlike() throws IOException {
        JsonNode schema = schema();
        for (String key : KEYS) {
            ObjectNode spec = spec();
            spec.putObject("conf").put(key, "1");
            alike(spec, schema);
        }
    }

    @Test
    void generatedSpecsAreJudgedAlike() throws IOException {
        JsonNode schema = schema();
        for (int i = 0; i < 1000; i++) {
            alike(generated(), schema);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "script: {path: a.py} | script: {inline: x} | spec.script",
                "args: [a] | args: [b] | spec.args",
                "args: [a] | {} | spec.args",
                "python: {env: [{name: A, value: x}]} | python: {env: [{name: A, value: z}]} | spec.python",
                "python: {index: {claim: a}} | python: {index: {claim: b}} | spec.python",
                "driver: {memory: 1Gi} | driver: {memory: 2Gi} | spec.driver",
                "jvm: {jars: [a.jar]} | jvm: {jars: [b.jar]} | spec.jvm",
                "{} | jvm: {packages: ['a:b:1']} | spec.jvm",
                "conf: {spark.x: a} | conf: {spark.x: a, spark.z: a} | spec.conf",
                "jvm: {env: [{name: A, value: x}]} | jvm: {env: [{name: A, value: z}]} | spec.jvm",
                "volumes: [{name: a, mountPath: /a, claim: b}] | volumes: [{name: a, mountPath: /a, claim: c}] | spec.volumes",
                "volumes: [{name: a, mountPath: /a, claim: b}] | volumes: [{name: a, mountPath: /a, claim: b}] | -",
                "executors: {memory: 1Gi} | executors: {memory: 1073741824} | spec.executors.memory",
                "executors: {cores: 1} | executors: {cores: 2} | spec.executors.cores",
                "executors: {min: 1, max: 2} | executors: {min: 1, max: 3} | spec.executors.max",
                "eventLog: {claim: a} | eventLog: {claim: b} | spec.eventLog",
                "eventLog: {claim: a} | {} | spec.eventLog",
                "logs: {claim: a} | logs: {claim: b} | spec.logs",
                "logs: {claim: a} | {} | spec.logs",
                "executors: {instances: 1} | executors: {instances: 2} | -",
                "pods: {priorityClassName: a} | pods: {priorityClassName: b} | spec.pods",
                "pods: {priorityClassName: a} | {} | spec.pods",
                "queue: {scheduler: Volcano, name: a} | queue: {scheduler: Volcano, name: b} | spec.queue",
                "{queue: {scheduler: Kueue, gang: true}, executors: {instances: 1}} | {queue: {scheduler: Kueue, gang: true}, executors: {instances: 2}} | spec.executors.instances",
                "{queue: {scheduler: Kueue}, executors: {instances: 1}} | {queue: {scheduler: Kueue}, executors: {instances: 2}} | -",
                "executors: {gpu: {count: 1}} | executors: {gpu: {count: 2}} | spec.executors.gpu",
                "executors: {pod: {priorityClassName: a}} | executors: {} | spec.executors.pod",
                "conf: {spark.x: a} | conf: {spark.x: a} | -",
                "suspend: true | suspend: false | -",
                "restart: {policy: Never} | restart: {policy: Always, retries: 3} | -",
                "timeout: {run: 1h} | timeout: {run: 2h} | -",
                "ttlAfterFinished: {} | ttlAfterFinished: {job: 2h} | -",
            })
    void anEditMayChangeOnlyWhatNoPodIsMadeFrom(String before, String after, @Nullable String refused)
            throws IOException {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        assertThat(cel.brokenByEdit("spec", yaml.readTree(before), yaml.readTree(after), schema()))
                .isEqualTo(refused == null ? Set.of() : Set.of(refused));
    }

    private void alike(ObjectNode spec, JsonNode schema) {
        List<Fault> faults = new ArrayList<>();
        FieldRules.check(spec, faults);
        Set<String> inJava = faults.stream()
                .map(fault -> fault.path().replaceFirst("^spec\\.conf\\[.*", "spec.conf"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(inJava).as(spec.toString()).isEqualTo(cel.broken("spec", spec, schema));
    }

    @Test
    void whatIsSaidOfPodsIsJudgedAlike() throws IOException {
        JsonNode schema = schema();
        for (int i = 0; i < 1000; i++) {
            ObjectNode spec = spec();
            for (String place : List.of("/pods", "/driver/pod", "/executors/pod")) {
                if (random.nextBoolean()) {
                    pod(spec.withObject(place));
                }
            }
            if (random.nextBoolean()) {
                spec.putObject("queue")
                        .put("scheduler", one(List.of("Kueue", "Volcano", "YuniKorn")))
                        .put("gang", random.nextBoolean());
            }
            if (random.nextInt(4) == 0) {
                spec.withObject("/executors").put("min", 1).put("max", 2);
            }
            alike(spec, schema);
        }
    }

    private void pod(ObjectNode pod) {
        String label = one(List.of("team", "pyjob.io/job", "pyjob.iox", "app.kubernetes.io/name", "example.com/x"));
        switch (random.nextInt(7)) {
            case 0 -> pod.putObject("labels").put(label, "x");
            case 1 -> pod.put("automountServiceAccountToken", random.nextBoolean());
            case 2 -> pod.put("serviceAccountName", "reader").put("automountServiceAccountToken", random.nextBoolean());
            case 3 -> pod.put("schedulerName", "own");
            case 4 -> pod.withObject("/template/metadata/labels").put(label, "x");
            default -> template(pod.withObject("/template/spec"));
        }
    }

    private void template(ObjectNode spec) {
        String refused = one(List.copyOf(TemplateRules.OF_POD.keySet()));
        switch (random.nextInt(6)) {
            case 0 -> {
                switch (Objects.requireNonNull(TemplateRules.OF_POD.get(refused))
                        .type()) {
                    case "boolean" -> spec.put(refused, true);
                    case "integer" -> spec.put(refused, 1);
                    default -> spec.put(refused, "x");
                }
            }
            case 1 -> spec.putArray("containers").addObject().put("name", one(List.of("jvm", "python", "other")));
            case 2 -> {
                ObjectNode container = spec.putArray("containers").addObject();
                container.put("name", one(List.of("jvm", "python", "other")));
                container.put(one(List.of("image", "workingDir")), "x");
            }
            case 3 -> spec.putArray("initContainers").addObject().put("name", one(List.of("jvm", "python", "fetch")));
            case 4 -> {
                spec.putArray("volumes").addObject().put("name", one(List.of("secrets", "conf", "data")));
                spec.put("priority", 3);
            }
            default -> spec.put("nodeName", "one");
        }
    }

    private ObjectNode generated() {
        ObjectNode spec = spec();
        ObjectNode script = spec.putObject("script");
        for (String source : List.of("inline", "path", "url", "configMap")) {
            if (random.nextInt(3) == 0) {
                script.put(source, "x");
            }
        }
        ObjectNode driver = spec.putObject("driver");
        ObjectNode executors = spec.putObject("executors");
        for (ObjectNode part : List.of(driver, executors, driver.putObject("python"), executors.putObject("python"))) {
            memory(part);
        }
        workerMemory((ObjectNode) driver.get("python"));
        workerMemory((ObjectNode) executors.get("python"));
        cpu(driver);
        cpu(executors);
        for (String bound : List.of("min", "max")) {
            if (random.nextBoolean()) {
                executors.put(bound, random.nextInt(4));
            }
        }
        if (random.nextBoolean()) {
            ObjectNode conf = spec.putObject("conf").put(one(KEYS), "1");
            if (random.nextBoolean()) {
                conf.put("spark.driver.port", one(PORTS));
            }
            if (random.nextBoolean()) {
                conf.put("spark.driver.blockManager.port", one(PORTS));
            }
        }
        sources(script, spec.putObject("jvm"));
        if (random.nextBoolean()) {
            place(spec.putObject("eventLog"));
        }
        if (random.nextBoolean()) {
            place(spec.putObject("logs"));
        }
        restart(spec.putObject("restart"));
        for (String limit : List.of("start", "run")) {
            if (random.nextBoolean()) {
                spec.withObject("/timeout").put(limit, one(TIMES));
            }
        }
        ObjectNode python = spec.putObject("python");
        variable(python.putArray("env").addObject());
        data(spec);
        if (random.nextBoolean()) {
            python.put("environment", "x");
        }
        if (random.nextInt(3) == 0) {
            python.put(one(List.of("requirements", "requirementsFrom")), "x");
        }
        if (random.nextBoolean()) {
            python.putArray("pyFiles").add("a.py").add(one(List.of("b.zip", "/c.whl")));
        }
        ObjectNode index = python.putObject("index");
        for (String field : List.of("url", "extra", "findLinks", "claim", "credentials")) {
            if (random.nextInt(3) == 0) {
                index.put(field, "x");
            }
        }
        if (random.nextBoolean()) {
            index.put("noIndex", random.nextBoolean());
        }
        return spec;
    }

    private void variable(ObjectNode variable) {
        variable.put("name", one(List.of("A", "PYJOB_", "PYJOB", "PYJOB_X", "PATH", "SPARK_USER", "SPARK_X")));
        if (random.nextBoolean()) {
            variable.put("value", "x");
        }
        if (random.nextBoolean()) {
            some(variable.putObject("valueFrom"), 3, "secretKeyRef", "configMapKeyRef", "fieldRef");
        }
    }

    private void data(ObjectNode spec) {
        if (random.nextBoolean()) {
            variable(spec.withObject("/jvm").putArray("env").addObject());
        }
        if (random.nextBoolean()) {
            ObjectNode source = spec.withObject("/jvm").putArray("envFrom").addObject();
            some(source, 2, "secretRef", "configMapRef");
            if (random.nextBoolean()) {
                source.put("prefix", one(List.of("A_", "PYJOB", "PYJOB_A_")));
            }
        }
        ArrayNode volumes = spec.putArray("volumes");
        for (int i = random.nextInt(3); i > 0; i--) {
            ObjectNode volume = volumes.addObject().put("mountPath", one(FOLDERS));
            some(
                    volume,
                    8,
                    "claim",
                    "secret",
                    "configMap",
                    "emptyDir",
                    "projected",
                    "csi",
                    "ephemeral",
                    "hostPath",
                    "emptyDir");
            some(volume, 8, "containers", "subPath", "readOnly");
            if (random.nextBoolean()) {
                volume.put("localDir", random.nextBoolean());
            }
        }
    }

    /** Each of the fields, with that chance. */
    private void some(ObjectNode object, int oneIn, String... fields) {
        for (String field : fields) {
            if (random.nextInt(oneIn) == 0) {
                object.put(field, "x");
            }
        }
    }

    private void sources(ObjectNode script, ObjectNode java) {
        if (random.nextInt(3) == 0) {
            script.put("sha256", "x");
        }
        List<String> scalas = List.of("_2.12", "_2.13", "_2.11", "_2.14", "_3", "", "-2.12");
        if (random.nextBoolean()) {
            java.putArray("packages").add("a:b" + one(scalas) + ":1").add("a:c:2_2.12");
        }
        if (random.nextBoolean()) {
            java.putArray("jars").add("x_2.12-/b" + one(scalas) + "-1.jar").add("b" + one(scalas) + ".jar");
        }
        for (String source : List.of("ivySettings", "hadoopConf")) {
            if (random.nextBoolean()) {
                ObjectNode where = java.putObject(source);
                for (String kind : List.of("configMap", "secret")) {
                    if (random.nextBoolean()) {
                        where.put(kind, "x");
                    }
                }
            }
        }
    }

    private void place(ObjectNode log) {
        for (String field : List.of("claim", "path", "directory")) {
            if (random.nextInt(3) == 0) {
                log.put(field, "x");
            }
        }
        if (random.nextInt(3) == 0) {
            log.put("enabled", random.nextBoolean());
        }
    }

    private void restart(ObjectNode restart) {
        if (random.nextBoolean()) {
            restart.put("policy", one(List.of("Never", "OnFailure", "Always")));
        }
        if (random.nextBoolean()) {
            restart.put("retries", random.nextInt(3));
        }
        for (String wait : List.of("backoff", "maxBackoff")) {
            if (random.nextBoolean()) {
                restart.put(wait, one(TIMES));
            }
        }
    }

    private void memory(ObjectNode part) {
        String size = one(SIZES);
        switch (random.nextInt(3)) {
            case 0 -> part.put("memory", size);
            case 1 -> part.put("memory", random.nextLong(2_000_000_000));
            default -> {} // left out
        }
    }

    /** Only where there is memory: a server has put a default there by the time it looks at rules. */
    private void workerMemory(ObjectNode python) {
        if (!python.has("memory")) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> python.put("workerMemory", one(SIZES));
            case 1 -> python.put("workerMemory", random.nextLong(2_000_000_000));
            default -> {} // left out
        }
    }

    private void cpu(ObjectNode part) {
        switch (random.nextInt(3)) {
            case 0 -> part.put("cpu", one(CPUS));
            case 1 -> part.put("cpu", random.nextInt(2000));
            default -> {} // left out
        }
    }

    private String one(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }

    private static ObjectNode spec() {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.putObject("script").put("path", "a.py");
        return spec;
    }

    private static JsonNode schema() throws IOException {
        return new ObjectMapper(new YAMLFactory())
                .readTree(Path.of("pyjobs.pyjob.io-v1.yml").toFile())
                .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    }
}
