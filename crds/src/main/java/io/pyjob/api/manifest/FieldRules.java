package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.DriverPython;
import io.pyjob.api.ExecutorPython;
import io.pyjob.api.MemoryLimit;
import io.pyjob.api.Patterns;
import io.pyjob.api.Rules;
import io.pyjob.api.TimeSpan;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@link Rules} in Java. A rule whose fields have the wrong type is left to the schema, which has told that already. */
final class FieldRules {
    private final List<Fault> faults;

    private FieldRules(List<Fault> faults) {
        this.faults = faults;
    }

    static void check(JsonNode spec, List<Fault> faults) {
        FieldRules rules = new FieldRules(faults);
        rules.script(spec.path("script"));
        DataRules.check(spec, faults);
        rules.environment(spec.path("python"));
        rules.index(spec.path("python").path("index"));
        rules.jvm(spec.path("jvm"), spec.path("conf"));
        rules.bounds(spec.path("executors"));
        rules.cpu("spec.driver.cpu", spec.path("driver").path("cpu"));
        rules.cpu("spec.executors.cpu", spec.path("executors").path("cpu"));
        rules.jvmMemory("spec.driver.memory", spec.path("driver").path("memory"));
        rules.jvmMemory("spec.executors.memory", spec.path("executors").path("memory"));
        rules.python("spec.driver.python", spec.path("driver").path("python"), DriverPython.DEFAULT.memory());
        rules.python("spec.executors.python", spec.path("executors").path("python"), ExecutorPython.DEFAULT.memory());
        rules.restart(spec.path("restart"));
        if (isLonger(spec.path("timeout").path("start"), spec.path("timeout").path("run"))) {
            rules.fault("spec.timeout.start", Rules.ORDERED_TIMEOUTS_MESSAGE);
        }
        rules.place("spec.eventLog", spec.path("eventLog"));
        if (spec.path("eventLog").isObject()) {
            rules.eventLogConf(spec.path("conf"));
        }
        rules.place("spec.logs", spec.path("logs"));
        ConfRules.check(spec.path("conf"), faults);
        PodRules.check(spec, faults);
    }

    private void script(JsonNode script) {
        long sources = Stream.of("inline", "configMap", "path", "url")
                .filter(script::has)
                .count();
        if (script.isObject() && sources != 1) {
            fault("spec.script", Rules.ONE_SCRIPT_MESSAGE);
        }
        if (script.has("sha256") && !script.has("url")) {
            fault("spec.script.sha256", Rules.SCRIPT_HASH_MESSAGE);
        }
    }

    private void jvm(JsonNode jvm, JsonNode conf) {
        if (anyHas(jvm.path("jars"), Rules.OTHER_SCALA_JAR)) {
            fault("spec.jvm.jars", Rules.SCALA_MESSAGE);
        }
        if (anyHas(jvm.path("packages"), Rules.OTHER_SCALA_PACKAGE)) {
            fault("spec.jvm.packages", Rules.SCALA_MESSAGE);
        }
        for (String field : List.of("ivySettings", "hadoopConf")) {
            JsonNode source = jvm.path(field);
            if (source.isObject() && source.has("configMap") == source.has("secret")) {
                fault("spec.jvm." + field, Rules.ONE_SOURCE_MESSAGE);
            }
        }
        if (jvm.has("ivySettings") && conf.has(Rules.IVY_SETTINGS_KEY)) {
            fault("spec.conf", Rules.IVY_SETTINGS_MESSAGE);
        }
    }

    private static boolean anyHas(JsonNode texts, String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        for (JsonNode text : texts) {
            if (wanted.matcher(text.asText()).find()) {
                return true;
            }
        }
        return false;
    }

    private void environment(JsonNode python) {
        boolean installs = python.has("requirements") || python.has("requirementsFrom");
        for (JsonNode file : python.path("pyFiles")) {
            installs |= file.asText().endsWith(".whl");
        }
        if (python.has("environment") && installs) {
            fault("spec.python.environment", Rules.ENVIRONMENT_MESSAGE);
        }
    }

    private void index(JsonNode index) {
        boolean asksIndex = index.has("url") || index.has("extra");
        boolean hasPlaces = index.has("claim") || index.has("findLinks");
        if (index.path("noIndex").booleanValue() && (asksIndex || !hasPlaces)) {
            fault("spec.python.index.noIndex", Rules.NO_INDEX_MESSAGE);
        }
        if (index.has("credentials") && !index.has("url")) {
            fault("spec.python.index.credentials", Rules.INDEX_LOGIN_MESSAGE);
        }
    }

    private void bounds(JsonNode executors) {
        JsonNode min = executors.path("min");
        JsonNode max = executors.path("max");
        if (min.isMissingNode() != max.isMissingNode()) {
            fault("spec.executors", Rules.BOTH_BOUNDS_MESSAGE);
        }
        if (min.isIntegralNumber()
                && max.isIntegralNumber()
                && min.bigIntegerValue().compareTo(max.bigIntegerValue()) > 0) {
            fault("spec.executors", Rules.ORDERED_BOUNDS_MESSAGE);
        }
    }

    private void restart(JsonNode restart) {
        if (restart.has("retries") && restart.path("policy").asText("Never").equals("Never")) {
            fault("spec.restart.retries", Rules.USED_RETRIES_MESSAGE);
        }
        if (isLonger(restart.path("backoff"), restart.path("maxBackoff"))) {
            fault("spec.restart.maxBackoff", Rules.ORDERED_BACKOFF_MESSAGE);
        }
    }

    private void place(String field, JsonNode log) {
        if (!log.isObject()) {
            return;
        }
        boolean isOff = log.has("enabled") && !log.path("enabled").booleanValue();
        long places = Stream.of(log.has("claim"), log.has("directory"), isOff)
                .filter(is -> is)
                .count();
        if (places != 1) {
            fault(field, Rules.ONE_PLACE_MESSAGE);
        }
        if (log.has("path") && !log.has("claim")) {
            fault(field + ".path", Rules.PLACE_PATH_MESSAGE);
        }
    }

    private void eventLogConf(JsonNode conf) {
        if (conf.has("spark.eventLog.enabled") || conf.has("spark.eventLog.dir")) {
            fault("spec.conf", Rules.EVENT_LOG_CONF_MESSAGE);
        }
    }

    private static boolean isLonger(JsonNode one, JsonNode other) {
        return isTime(one) && isTime(other) && TimeSpan.of(one.asText()).compareTo(TimeSpan.of(other.asText())) > 0;
    }

    private static boolean isTime(JsonNode value) {
        return value.isTextual()
                && value.asText().matches(Patterns.DURATION)
                && !value.asText().endsWith("\n");
    }

    private void cpu(String path, JsonNode cpu) {
        if (!isQuantity(cpu, Patterns.CPU)) {
            return;
        }
        BigDecimal amount = amount(cpu.asText());
        if (amount.compareTo(amount(Rules.LEAST_CPU_QUANTITY)) < 0) {
            fault(path, Rules.LEAST_CPU_MESSAGE);
        }
        if (amount.compareTo(amount(Rules.MOST_CPU_QUANTITY)) > 0) {
            fault(path, Rules.MOST_CPU_MESSAGE);
        }
    }

    private static BigDecimal amount(String quantity) {
        return Quantity.parse(quantity).getNumericalAmount();
    }

    private static boolean isQuantity(JsonNode value, String pattern) {
        return value.isIntegralNumber()
                || (value.isTextual()
                        && value.asText().matches(pattern)
                        && !value.asText().endsWith("\n"));
    }

    private void jvmMemory(String path, JsonNode memory) {
        memory(path, memory, Rules.LEAST_JVM_MEMORY, Rules.JVM_MEMORY_MESSAGE);
    }

    /** An API server has put the default in the place of a memory that is not there before it looks at the rules. */
    private void python(String path, JsonNode python, Quantity defaultMemory) {
        JsonNode memory = python.path("memory");
        JsonNode workerMemory = python.path("workerMemory");
        memory(path + ".memory", memory, Rules.LEAST_PYTHON_MEMORY, Rules.PYTHON_MEMORY_MESSAGE);
        if (!isQuantity(workerMemory, Patterns.SIZE)) {
            return;
        }
        BigDecimal ofWorker = amount(workerMemory.asText());
        if (ofWorker.compareTo(BigDecimal.valueOf(Rules.LEAST_PYTHON_MEMORY)) < 0) {
            fault(path + ".workerMemory", Rules.LEAST_WORKER_MEMORY_MESSAGE);
        } else if (ofWorker.doubleValue() > ofAll(memory, defaultMemory)) {
            fault(path + ".workerMemory", Rules.MOST_WORKER_MEMORY_MESSAGE);
        }
    }

    private static double ofAll(JsonNode memory, Quantity defaultMemory) {
        if (memory.isMissingNode()) {
            return defaultMemory.getNumericalAmount().doubleValue();
        }
        return isQuantity(memory, Patterns.SIZE) ? amount(memory.asText()).doubleValue() : Double.MAX_VALUE;
    }

    private void memory(String path, JsonNode memory, long least, String message) {
        if (!isQuantity(memory, Patterns.SIZE)) {
            return;
        }
        long bytes = MemoryLimit.of(Quantity.parse(memory.asText())).bytes();
        if (bytes < least) {
            fault(path, message);
        }
        if (bytes > Rules.MOST_MEMORY_BYTES) {
            fault(path, Rules.MOST_MEMORY_MESSAGE);
        }
    }

    private void fault(String path, String message) {
        faults.add(new Fault(path, message));
    }
}
