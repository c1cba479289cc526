package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.pyjob.api.Rules;
import java.util.List;
import java.util.Map;

/** Which of Spark's settings a manifest may have: not those that PyJob sets itself. */
final class ConfRules {
    private static final String DRIVER_PORT = "spark.driver.port";
    private static final String BLOCK_MANAGER_PORT = "spark.driver.blockManager.port";
    private static final String ADDRESS = "PyJob sets it: the driver's address is its pod's";
    private static final String BOUNDS = "write it as spec.executors.min and spec.executors.max";
    private static final String GPUS = "write it as spec.executors.gpu: the addresses follow from it";
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("spark.master", "PyJob sets it: it is what starts the executors"),
            Map.entry("spark.submit.deployMode", "PyJob sets it: the script always runs in the driver's pod"),
            Map.entry("spark.app.id", "PyJob sets it, from the job's identity; spark.app.name is yours"),
            Map.entry("spark.driver.host", ADDRESS),
            Map.entry("spark.driver.bindAddress", ADDRESS),
            Map.entry("spark.driver.memory", "write it as spec.driver.memory, of which the heap is a part"),
            Map.entry("spark.driver.cores", "write it as spec.driver.cores"),
            Map.entry("spark.executor.instances", "write it as spec.executors.instances"),
            Map.entry("spark.executor.cores", "write it as spec.executors.cores"),
            Map.entry("spark.executor.memory", "write it as spec.executors.memory, of which the heap is a part"),
            Map.entry("spark.dynamicAllocation.enabled", BOUNDS),
            Map.entry("spark.dynamicAllocation.minExecutors", "write it as spec.executors.min"),
            Map.entry("spark.dynamicAllocation.maxExecutors", "write it as spec.executors.max"),
            Map.entry("spark.dynamicAllocation.initialExecutors", "write it as spec.executors.instances"),
            Map.entry(
                    "spark.shuffle.service.enabled",
                    "leave it out: there is no external shuffle service beside the executors, and none is needed"));
    private static final Map<String, String> REFUSED_PREFIXES = Map.of(
            "spark.executor.resource.", GPUS,
            "spark.authenticate", "PyJob sets it: Spark's processes always authenticate each other",
            "spark.network.crypto", "PyJob sets it: Spark's connections are always encrypted",
            "spark.pyjob.python.", "PyJob sets it: write it as a field of spec.executors.python");

    private ConfRules() {}

    static void check(JsonNode conf, List<Fault> faults) {
        if (!conf.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> setting : conf.properties()) {
            String path = "spec.conf[" + setting.getKey() + ']';
            String reason = reason(setting.getKey());
            if (!reason.isEmpty()) {
                faults.add(new Fault(path, reason));
            }
            if ((setting.getKey().equals(DRIVER_PORT) || setting.getKey().equals(BLOCK_MANAGER_PORT))
                    && setting.getValue().isTextual()
                    && !isPort(setting.getValue().asText())) {
                faults.add(
                        new Fault(path, "must be a number between 1 and 65535, not " + Shown.of(setting.getValue())));
            }
        }
        String driverPort = conf.path(DRIVER_PORT).asText(Rules.DEFAULT_DRIVER_PORT);
        JsonNode blockManagerPort = conf.path(BLOCK_MANAGER_PORT);
        if (blockManagerPort.isTextual() && blockManagerPort.asText().equals(driverPort)) {
            faults.add(new Fault(
                    "spec.conf[" + BLOCK_MANAGER_PORT + ']',
                    "must be another port than spark.driver.port, which is " + driverPort));
        }
    }

    /** Why a key is refused; empty if it is not. */
    private static String reason(String key) {
        if (!key.startsWith("spark.")) {
            return Rules.SPARK_KEYS_MESSAGE;
        }
        for (Map.Entry<String, String> prefix : REFUSED_PREFIXES.entrySet()) {
            if (key.startsWith(prefix.getKey())) {
                return prefix.getValue();
            }
        }
        return REFUSED.getOrDefault(key, "");
    }

    private static boolean isPort(String text) {
        return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65535;
    }
}
