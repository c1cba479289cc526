package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the command line's options onto a manifest before it is checked, so that both are judged alike. Where the manifest has
 * something of another kind than it should, the option goes nowhere: that fault is told anyway.
 */
final class Overrides {
    private Overrides() {}

    static void put(RunOptions options, ObjectNode job) {
        ObjectNode spec = Manifest.isSchedule(job)
                ? object(object(object(job, "spec"), "template"), "spec")
                : object(job, "spec");
        if (options.name != null) {
            object(job, "metadata").put("name", options.name);
        }
        number(spec, "executors", "instances", options.executors);
        number(spec, "executors", "cores", options.executorCores);
        size(spec, "executors", options.memory);
        size(spec, "driver", options.driverMemory);
        if (!options.conf.isEmpty()) {
            ObjectNode conf = object(spec, "conf");
            options.conf.forEach(conf::put);
        }
        if (options.eventLog != null) {
            ObjectNode conf = object(spec, "conf");
            conf.remove(List.of("spark.eventLog.enabled", "spark.eventLog.dir"));
            spec.putObject("eventLog").put("directory", address(options.eventLog));
        }
        if (options.logs != null) {
            spec.putObject("logs").put("directory", address(options.logs));
        }
        if (!options.args.isEmpty()) {
            append(options.args, spec.putArray("args"));
        }
        if (!options.requirements.isEmpty()) {
            append(options.requirements, list(object(spec, "python"), "requirements"));
        }
    }

    private static String address(String folder) {
        return Path.of(folder).toAbsolutePath().normalize().toUri().toString();
    }

    private static void number(ObjectNode spec, String part, String field, @Nullable Integer number) {
        if (number != null) {
            object(spec, part).put(field, number);
        }
    }

    private static void size(ObjectNode spec, String part, @Nullable String size) {
        if (size != null) {
            object(spec, part).put("memory", size);
        }
    }

    private static void append(List<String> texts, ArrayNode list) {
        texts.forEach(list::add);
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        JsonNode there = parent.path(name);
        if (there instanceof ObjectNode object) {
            return object;
        }
        return isAbsent(there) ? parent.putObject(name) : parent.objectNode();
    }

    private static ArrayNode list(ObjectNode parent, String name) {
        JsonNode there = parent.path(name);
        if (there instanceof ArrayNode list) {
            return list;
        }
        return isAbsent(there) ? parent.putArray(name) : parent.arrayNode();
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }
}
