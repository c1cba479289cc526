package io.pyjob.e2e.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

/**
 * A job's manifest, in which a test says only what matters to it. What it leaves out is small, so that many jobs find room on
 * a small cluster: pods that ask for little CPU, and the least memory that does.
 */
record Manifest(ObjectNode tree) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** A job with that script; {@code spec} has the rest of its spec. */
    static Manifest ofScript(String name, String script, String spec) {
        ObjectNode tree = YAML.createObjectNode();
        tree.putObject("metadata").put("name", name);
        tree.set("spec", spec.isBlank() ? tree.objectNode() : read(spec));
        tree.withObject("/spec/script").put("inline", script);
        return of(tree);
    }

    static Manifest of(String yaml) {
        return of(read(yaml));
    }

    /** A schedule of that script; {@code spec} has its spec but for the template, {@code jobSpec} the rest of that. */
    static Manifest ofSchedule(String name, String spec, String script, String jobSpec) {
        ObjectNode tree = YAML.createObjectNode();
        tree.put("apiVersion", "pyjob.io/v1alpha1").put("kind", "PyJobSchedule");
        tree.putObject("metadata").put("name", name);
        tree.set("spec", read(spec));
        tree.withObject("/spec/template")
                .set("spec", ofScript(name, script, jobSpec).tree().get("spec"));
        return new Manifest(tree);
    }

    private static Manifest of(ObjectNode tree) {
        orElse(tree, "apiVersion", "pyjob.io/v1alpha1");
        orElse(tree, "kind", "PyJob");
        small(tree.withObject("/spec/driver"), "256Mi");
        small(tree.withObject("/spec/executors"), "320Mi");
        return new Manifest(tree);
    }

    private static ObjectNode read(String yaml) {
        try {
            return (ObjectNode) YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no YAML: " + yaml, e);
        }
    }

    String name() {
        return tree.at("/metadata/name").asText();
    }

    String text() {
        return tree.toString();
    }

    private static void small(ObjectNode part, String python) {
        orElse(part, "cpu", "50m");
        orElse(part, "memory", "900Mi");
        orElse(part.withObject("/python"), "memory", python);
    }

    private static void orElse(ObjectNode node, String field, String value) {
        JsonNode there = node.get(field);
        if (there == null) {
            node.put(field, value);
        }
    }
}
