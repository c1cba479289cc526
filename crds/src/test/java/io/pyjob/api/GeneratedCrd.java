package io.pyjob.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The CustomResourceDefinition as the records of this package say it, with what the generator's annotations cannot say; and
 * the part of it that the reader of manifests works from.
 */
record GeneratedCrd(ObjectNode tree) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.SPLIT_LINES));
    private static final ObjectMapper JSON = new ObjectMapper();
    static final List<String> JOB_COLUMNS =
            List.of("Phase", "Reason", "Executors", "Tasks", "Duration", "Age", "Attempt", "Exit", "Message");
    static final List<String> SCHEDULE_COLUMNS =
            List.of("Schedule", "Timezone", "Suspend", "Active", "Last", "Next", "Age", "Succeeded", "Ready");
    private static final Map<String, String> OF_CONDITIONS = Map.of(
            "type", "What the condition is about.",
            "status", "True, False or Unknown.",
            "reason", "Why, in one word for programs.",
            "message", "Why, for people.",
            "observedGeneration", "The metadata.generation that the condition is about.",
            "lastTransitionTime", "Since when the status is so.");

    static GeneratedCrd ofRecords() throws IOException {
        GeneratedCrd crd = generated(PyJob.class);
        crd.orderColumns(JOB_COLUMNS);
        crd.schema().put("description", "A PySpark script to run, and how it is doing.");
        variablesHaveNames(crd.schema().at("/properties/spec"));
        return crd;
    }

    /** The template has all of a job but what is about a job that is there already: its edits, and its scale. */
    static GeneratedCrd ofScheduleRecords() throws IOException {
        GeneratedCrd crd = generated(PyJobSchedule.class);
        crd.orderColumns(SCHEDULE_COLUMNS);
        crd.schema().put("description", "A PyJob to run again and again, and how that is going.");
        JsonNode spec = crd.schema().at("/properties/spec/properties/template/properties/spec");
        variablesHaveNames(spec);
        withoutRulesAboutEdits(spec);
        ((ObjectNode) crd.version().get("subresources")).remove("scale");
        return crd;
    }

    private static GeneratedCrd generated(Class<? extends CustomResource<?, ?>> resource) throws IOException {
        Memory memory = new Memory();
        new CRDGenerator()
                .customResourceClasses(resource)
                .forCRDVersions("v1")
                .withOutput(memory)
                .detailedGenerate();
        GeneratedCrd crd = new GeneratedCrd((ObjectNode) YAML.readTree(memory.bytes.toByteArray()));
        crd.complete(crd.schema());
        crd.conditions();
        return crd;
    }

    private static void variablesHaveNames(JsonNode jobSpec) {
        for (String list :
                List.of("/properties/python/properties/env", "/properties/jvm/properties/env", "/properties/volumes")) {
            ((ObjectNode) jobSpec.at(list))
                    .put("x-kubernetes-list-type", "map")
                    .putArray("x-kubernetes-list-map-keys")
                    .add("name");
        }
        // Without a type, a rule could not ask whether they are there.
        for (String open : List.of("projected", "csi", "ephemeral")) {
            ((ObjectNode) jobSpec.at("/properties/volumes/items/properties/" + open)).put("type", "object");
        }
    }

    static void withoutRulesAboutEdits(JsonNode schema) {
        if (schema.get("x-kubernetes-validations") instanceof ArrayNode rules) {
            rules.removeIf(rule -> rule.get("rule").asText().contains("oldSelf"));
            if (rules.isEmpty()) {
                ((ObjectNode) schema).remove("x-kubernetes-validations");
            }
        }
        schema.forEach(GeneratedCrd::withoutRulesAboutEdits);
    }

    /** For {@code kubectl apply -f}. */
    String yaml() throws IOException {
        return "# Written by CrdTest, from the records of io.pyjob.api: change those.\n"
                + YAML.writeValueAsString(tree);
    }

    /** For io.pyjob.api.manifest: with the metadata that users write, without what only an API server needs. */
    String readerSchema() throws IOException {
        return readerSchema(
                "PyJob", (ObjectNode) bare(schema().at("/properties/spec").deepCopy()));
    }

    /** As {@link #readerSchema}; the template's spec is read as a job's, and the two fields about times by cron itself. */
    String scheduleReaderSchema() throws IOException {
        ObjectNode spec = (ObjectNode) bare(schema().at("/properties/spec").deepCopy());
        ObjectNode properties = (ObjectNode) spec.get("properties");
        ObjectNode template = (ObjectNode) properties.at("/template/properties");
        template.set("metadata", labelsAndAnnotations(JSON.createObjectNode().put("type", "object")));
        template.set("spec", JSON.createObjectNode());
        return readerSchema("PyJobSchedule", spec);
    }

    private static String readerSchema(String kind, ObjectNode spec) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("type", "object");
        root.putArray("required").add("apiVersion").add("kind").add("metadata").add("spec");
        ObjectNode properties = root.putObject("properties");
        properties
                .putObject("apiVersion")
                .put("type", "string")
                .putArray("enum")
                .add("pyjob.io/v1alpha1");
        properties.putObject("kind").put("type", "string").putArray("enum").add(kind);
        properties.set("metadata", metadata());
        properties.set("spec", spec);
        properties.putObject("status"); // an API server ignores it, too
        return JSON.writeValueAsString(root) + "\n";
    }

    ObjectNode schema() {
        return (ObjectNode) version().at("/schema/openAPIV3Schema");
    }

    JsonNode version() {
        return tree.at("/spec/versions/0");
    }

    private void orderColumns(List<String> names) {
        ArrayNode columns = (ArrayNode) version().get("additionalPrinterColumns");
        ArrayNode generated = columns.deepCopy();
        columns.removeAll();
        for (String name : names) {
            for (JsonNode column : generated) {
                if (column.get("name").asText().equals(name)) {
                    columns.add(column);
                }
            }
        }
    }

    /** The generator forgets the patterns of quantities, and writes whole bounds as 1.0. */
    private void complete(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            for (String bound : List.of("minimum", "maximum")) {
                if (object.path(bound).isNumber()) {
                    object.set(bound, IntNode.valueOf(object.get(bound).asInt()));
                }
            }
            if (object.path("x-kubernetes-int-or-string").asBoolean() && !object.has("pattern")) {
                object.put("pattern", Patterns.SIZE);
            }
            if (object.has("template") && object.has("nodeSelector")) {
                TemplateSchema.complete((ObjectNode) object.get("template"));
            }
            if (object.path("cpu").path("x-kubernetes-int-or-string").asBoolean()) {
                ((ObjectNode) object.get("cpu")).put("pattern", Patterns.CPU);
            }
        }
        schema.forEach(this::complete);
    }

    private void conditions() {
        ObjectNode conditions = (ObjectNode) schema().at("/properties/status/properties/conditions");
        conditions
                .put("x-kubernetes-list-type", "map")
                .putArray("x-kubernetes-list-map-keys")
                .add("type");
        ObjectNode items = (ObjectNode) conditions.get("items");
        items.putArray("required").add("status").add("type");
        items.get("properties")
                .properties()
                .forEach(e -> ((ObjectNode) e.getValue()).put("description", OF_CONDITIONS.get(e.getKey())));
    }

    private static ObjectNode metadata() {
        ObjectNode metadata = JSON.createObjectNode().put("type", "object");
        metadata.putArray("required").add("name");
        ObjectNode properties = metadata.putObject("properties");
        text(properties, "name").put("maxLength", 253).put("pattern", Patterns.DNS_SUBDOMAIN);
        labelsAndAnnotations(metadata);
        text(properties, "namespace").put("maxLength", 63).put("pattern", Patterns.DNS_LABEL);
        for (String ofServer : List.of(
                "creationTimestamp",
                "deletionGracePeriodSeconds",
                "deletionTimestamp",
                "finalizers",
                "generateName",
                "generation",
                "managedFields",
                "ownerReferences",
                "resourceVersion",
                "selfLink",
                "uid")) {
            properties.putObject(ofServer);
        }
        return metadata;
    }

    private static ObjectNode labelsAndAnnotations(ObjectNode metadata) {
        ObjectNode properties = metadata.withObject("properties");
        mapping(properties, "labels", Patterns.LABEL_KEY);
        mapping(properties, "annotations", Patterns.ANNOTATION_KEY);
        text((ObjectNode) properties.get("labels"), "additionalProperties")
                .put("maxLength", 63)
                .put("pattern", Patterns.LABEL_VALUE);
        text((ObjectNode) properties.get("annotations"), "additionalProperties");
        return metadata;
    }

    private static void mapping(ObjectNode properties, String name, String keys) {
        properties
                .putObject(name)
                .put("type", "object")
                .putObject("propertyNames")
                .put("pattern", keys);
    }

    private static ObjectNode text(ObjectNode properties, String name) {
        return properties.putObject(name).put("type", "string");
    }

    private static JsonNode bare(JsonNode schema) {
        if (schema instanceof ObjectNode object && (object.path("type").isTextual() || object.has("anyOf"))) {
            object.remove(
                    List.of("description", "default", "anyOf", "x-kubernetes-validations", "x-kubernetes-list-type"));
            if (object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
                object.remove("properties"); // PodRules knows more of it than a schema can say
            }
        }
        schema.forEach(GeneratedCrd::bare);
        return schema;
    }

    private static final class Memory implements CRDGenerator.CRDOutput<OutputStream> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public OutputStream outputFor(String crdName) {
            return bytes;
        }

        @Override
        public java.net.URI crdURI(String crdName) {
            return java.net.URI.create("file:/" + crdName);
        }

        @Override
        public void close() {}

        @Override
        public String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
