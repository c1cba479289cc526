package io.pyjob.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of the chart, and what of the project they have to agree with. */
final class Chart {
    static final Path PROJECT =
            Path.of(System.getProperty("pyjob.project", "..")).toAbsolutePath().normalize();
    static final Path FOLDER = PROJECT.resolve("charts/pyjob");
    static final List<String> RESOURCES = List.of("pyjobs", "pyjobschedules");

    static final ObjectMapper MAPPER = new ObjectMapper();

    private Chart() {}

    static String file(String name) {
        return text(FOLDER.resolve(name));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of a YAML text (or JSON, which is YAML); empty ones are left out. */
    static List<JsonNode> documents(String yaml) {
        List<JsonNode> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            if (document != null) {
                documents.add(MAPPER.valueToTree(document));
            }
        }
        return documents;
    }

    static JsonNode document(String yaml) {
        return documents(yaml).get(0);
    }
}
