package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.pyjob.api.PyJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

record JobRequest(PyJob job, Path workFolder, List<String> faults) {
    static JobRequest read(RunOptions options, Path cwd) {
        Path target = Path.of(options.target);
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        try {
            ObjectNode tree;
            Path work = cwd;
            if (target.toString().endsWith(".yaml")) {
                tree = (ObjectNode) yaml.readTree(Files.readString(target));
                work = java.util.Objects.requireNonNull(target.toAbsolutePath().getParent());
            } else {
                tree = yaml.createObjectNode();
                tree.put("apiVersion", "pyjob.io/v1alpha1").put("kind", "PyJob");
                tree.putObject("metadata")
                        .put(
                                "name",
                                target.getFileName()
                                        .toString()
                                        .replace(".py", "")
                                        .toLowerCase(Locale.ROOT));
                tree.putObject("spec").putObject("script").put("path", options.target);
            }
            ObjectNode spec = (ObjectNode) tree.get("spec");
            if (options.executors != null) {
                spec.withObject("executors").put("instances", options.executors);
            }
            options.conf.forEach((k, v) -> spec.withObject("conf").put(k, v));
            if (!options.args.isEmpty()) {
                JsonNode args = yaml.valueToTree(options.args);
                spec.set("args", args);
            }
            PyJob job = yaml.treeToValue(tree, PyJob.class);
            job.getMetadata().setNamespace("default");
            job.getMetadata().setUid(UUID.randomUUID().toString());
            job.setStatus(io.pyjob.api.PyJobStatus.NEW);
            return new JobRequest(job, work, List.of());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static List<String> faultsOf(Path manifest) {
        return List.of(manifest.toString());
    }
}
