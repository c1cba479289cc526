package io.pyjob.api.manifest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A manifest as text says it, before anybody has looked at what its fields mean.
 *
 * @param job the document of the job, or of the schedule; empty if there is none that can be read
 * @param configMaps the ConfigMaps beside it
 * @param secrets the Secrets beside it
 * @param faults what is wrong so far
 */
public record ManifestText(
        Optional<ObjectNode> job, List<ObjectNode> configMaps, List<ObjectNode> secrets, List<Fault> faults) {
    /** A job has no use for more, and each may double what there is. */
    private static final int MOST_ALIASES = 20;

    public ManifestText {
        configMaps = List.copyOf(configMaps);
        secrets = List.copyOf(secrets);
        faults = List.copyOf(faults);
    }

    /** A job with nothing beside it. */
    public ManifestText(Optional<ObjectNode> job, List<Fault> faults) {
        this(job, List.of(), List.of(), faults);
    }

    /** Reads {@code text}; it is JSON if {@code source}, the file's name, ends so, and else YAML. */
    public static ManifestText of(String text, String source) {
        List<Fault> faults = new ArrayList<>();
        List<JsonNode> documents = source.endsWith(".json") ? json(text, faults) : yaml(text, faults);
        List<ObjectNode> jobs = new ArrayList<>();
        List<ObjectNode> configMaps = new ArrayList<>();
        List<ObjectNode> secrets = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            String place = documents.size() == 1 ? "" : "document " + (i + 1);
            if (!(documents.get(i) instanceof ObjectNode document)) {
                faults.add(new Fault(place, "must be a mapping (name: value), not " + Shown.of(documents.get(i))));
            } else if (isCore(document, "ConfigMap")) {
                configMaps.add(document);
            } else if (isCore(document, "Secret")) {
                secrets.add(document);
            } else if (documents.size() == 1 || isJob(document)) {
                jobs.add(document);
            } else {
                faults.add(new Fault(place, stray(document)));
            }
        }
        if (jobs.size() > 1) {
            faults.add(new Fault(
                    "",
                    "must have one PyJob or PyJobSchedule, not " + jobs.size() + ": write each to a file of its own"));
        }
        if (jobs.isEmpty() && faults.isEmpty()) {
            faults.add(new Fault("", documents.isEmpty() ? "is empty" : "has no PyJob"));
        }
        return new ManifestText(jobs.stream().findFirst(), configMaps, secrets, faults);
    }

    private static String stray(ObjectNode document) {
        return "a manifest has one PyJob, and ConfigMaps and Secrets beside it if need be, but not kind: "
                + document.path("kind").asText("(none)");
    }

    private static boolean isCore(ObjectNode document, String kind) {
        return document.path("kind").asText().equals(kind)
                && document.path("apiVersion").asText().equals("v1");
    }

    private static boolean isJob(ObjectNode document) {
        return document.path("kind").asText().equals(Manifest.KIND) || Manifest.isSchedule(document);
    }

    private static List<JsonNode> yaml(String text, List<Fault> faults) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MOST_ALIASES);
        List<JsonNode> documents = new ArrayList<>();
        try {
            Composer composer = new Composer(
                    new ParserImpl(new StreamReader(new StringReader(text)), options), new Resolver(), options);
            while (composer.checkNode()) {
                JsonNode document = new YamlTree(faults).of("", composer.getNode());
                if (!document.isNull()) { // as between two lines of ---
                    documents.add(document);
                }
            }
        } catch (MarkedYAMLException e) {
            faults.add(new Fault(place(e.getProblemMark()), "is not YAML: " + e.getProblem()));
        } catch (YAMLException e) {
            faults.add(new Fault("", "is not YAML: " + e.getMessage()));
        }
        return documents;
    }

    private static String place(Mark mark) {
        return "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }

    private static List<JsonNode> json(String text, List<Fault> faults) {
        ObjectMapper mapper = new ObjectMapper()
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        try {
            JsonNode document = mapper.readTree(text);
            return document.isMissingNode() ? List.of() : List.of(document);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            faults.add(new Fault(
                    at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr(),
                    "is not JSON: " + e.getOriginalMessage()));
            return List.of();
        }
    }
}
