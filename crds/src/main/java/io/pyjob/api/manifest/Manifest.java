package io.pyjob.api.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads manifests of jobs and of schedules: either the job, or all that is wrong. */
public final class Manifest {
    public static final String API_VERSION = "pyjob.io/v1alpha1";
    public static final String KIND = "PyJob";

    public static final String SCHEDULE_KIND = "PyJobSchedule";

    // Neither fabric8's mapper nor its registry of kinds: they cost more than everything here.
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode SCHEMA = schema("pyjob-schema.json");

    private Manifest() {}

    /**
     * Reads one PyJob, or one PyJobSchedule, from {@code text}.
     *
     * @param source the file's name: one that ends with .json holds JSON, any other YAML
     */
    public static Reading read(String text, String source) {
        return check(ManifestText.of(text, source));
    }

    /** Checks a manifest that has been taken apart already, and maybe changed since. */
    public static Reading check(ManifestText text) {
        List<Fault> faults = new ArrayList<>(text.faults());
        if (text.job().isEmpty()) {
            return new Reading.Invalid(faults);
        }
        Reading reading = check(text.job().get());
        if (faults.isEmpty()) {
            return reading;
        }
        faults.addAll(reading.faults());
        return new Reading.Invalid(faults);
    }

    /** Whether the manifest is one of a schedule. */
    public static boolean isSchedule(ObjectNode tree) {
        return tree.path("kind").asText().equals(SCHEDULE_KIND);
    }

    /** Checks a job or a schedule that is JSON; {@code tree} stays as it is. */
    public static Reading check(ObjectNode tree) {
        return isSchedule(tree) ? ScheduleManifest.check(tree) : job(tree);
    }

    static Reading job(ObjectNode tree) {
        ObjectNode job = tree.deepCopy();
        prune(job, SCHEMA);
        List<Fault> faults = new ArrayList<>();
        new SchemaCheck(faults).check("", job, SCHEMA);
        FieldRules.check(job.path("spec"), faults);
        if (!faults.isEmpty()) {
            return new Reading.Invalid(firstOfEachPath(faults));
        }
        return new Reading.Valid(sound(job), Optional.empty());
    }

    /** Where the schema has told already that a value is wrong, a rule about it has nothing to add. */
    static List<Fault> firstOfEachPath(List<Fault> faults) {
        Set<String> paths = new HashSet<>();
        return faults.stream().filter(fault -> paths.add(fault.path())).toList();
    }

    /** A known field that is null counts as left out, as an API server takes it; an unknown one stays, to be told. */
    static void prune(JsonNode value, JsonNode schema) {
        if (value instanceof ObjectNode object) {
            Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
            while (fields.hasNext()) {
                Map.Entry<String, JsonNode> field = fields.next();
                JsonNode known = schema.path("properties").path(field.getKey());
                JsonNode ofField = known.isMissingNode() ? schema.path("additionalProperties") : known;
                if (field.getValue().isNull() && !ofField.isMissingNode()) {
                    fields.remove();
                } else {
                    prune(field.getValue(), ofField);
                }
            }
        } else {
            value.forEach(item -> prune(item, schema.path("items")));
        }
    }

    private static PyJob sound(ObjectNode tree) {
        PyJob job = new PyJob();
        job.setMetadata(metadata(tree.path("metadata")));
        job.setSpec(value(tree.path("spec"), PyJobSpec.class));
        return job;
    }

    /** The record of a tree that is as its schema wants it. */
    static <T> T value(JsonNode tree, Class<T> record) {
        try {
            return MAPPER.treeToValue(tree, record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema allows what the records do not: " + e.getOriginalMessage(), e);
        }
    }

    /** What a user says; the rest is an API server's. By hand, since Jackson takes long to learn what an ObjectMeta is. */
    static ObjectMeta metadata(JsonNode tree) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setName(tree.path("name").asText());
        metadata.setNamespace(tree.path("namespace").asText(null));
        metadata.setLabels(texts(tree.path("labels")));
        metadata.setAnnotations(texts(tree.path("annotations")));
        return metadata;
    }

    private static Map<String, String> texts(JsonNode tree) {
        Map<String, String> texts = new LinkedHashMap<>();
        tree.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    static JsonNode schema(String file) {
        try (InputStream in = Manifest.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("io/pyjob/api/manifest/" + file + " is not on the class path");
            }
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
