package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.manifest.ManifestText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands in for a cluster's objects on this machine: Secrets and ConfigMaps with their keys, by name, and folders for
 * volumes, by the volume's name.
 */
record LocalObjects(
        Map<String, Map<String, byte[]>> secrets,
        Map<String, Map<String, byte[]>> configMaps,
        Map<String, Path> volumes) {
    static final LocalObjects NONE = new LocalObjects(Map.of(), Map.of(), Map.of());

    LocalObjects {
        secrets = Collections.unmodifiableMap(new TreeMap<>(secrets));
        configMaps = Collections.unmodifiableMap(new TreeMap<>(configMaps));
        volumes = Collections.unmodifiableMap(new TreeMap<>(volumes));
    }

    /** Those of the manifest, then those of the options, which win; what is wrong with the options goes to {@code faults}. */
    static LocalObjects read(
            ManifestText text, @Nullable String namespace, RunOptions options, Path cwd, List<String> faults) {
        Map<String, Map<String, byte[]>> secrets = new LinkedHashMap<>(inManifest(text.secrets(), namespace));
        Map<String, Path> volumes = new LinkedHashMap<>();
        for (String option : options.secrets) {
            named("--secret", option, cwd, faults).ifPresent(given -> {
                try {
                    secrets.put(given.getKey(), keys(given.getValue()));
                } catch (IOException e) {
                    faults.add("--secret " + option + ": cannot be read: " + e);
                }
            });
        }
        for (String option : options.volumes) {
            named("--volume", option, cwd, faults).ifPresent(given -> {
                if (!Files.isDirectory(given.getValue())) {
                    faults.add("--volume " + option + ": is a file, and must be a folder");
                }
                volumes.put(given.getKey(), given.getValue());
            });
        }
        return new LocalObjects(secrets, inManifest(text.configMaps(), namespace), volumes);
    }

    private static Optional<Map.Entry<String, Path>> named(String option, String value, Path cwd, List<String> faults) {
        int equals = value.indexOf('=');
        if (equals < 1 || equals == value.length() - 1) {
            faults.add(option + ' ' + value + ": must be NAME=FOLDER");
            return Optional.empty();
        }
        Path path = cwd.resolve(value.substring(equals + 1)).normalize();
        if (!Files.exists(path)) {
            faults.add(option + ' ' + value + ": there is no " + path);
            return Optional.empty();
        }
        return Optional.of(Map.entry(value.substring(0, equals), path));
    }

    /** Each file of a folder is a key, as of kubectl's --from-file; each line of a file, as of its --from-env-file. */
    private static Map<String, byte[]> keys(Path path) throws IOException {
        Map<String, byte[]> keys = new TreeMap<>();
        if (!Files.isDirectory(path)) {
            for (String line : Files.readAllLines(path)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    keys.put(line.substring(0, equals).strip(), bytes(line.substring(equals + 1)));
                }
            }
            return keys;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, Files::isRegularFile)) {
            for (Path file : files) {
                keys.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return keys;
    }

    private static Map<String, Map<String, byte[]>> inManifest(List<ObjectNode> documents, @Nullable String namespace) {
        Map<String, Map<String, byte[]>> objects = new LinkedHashMap<>();
        String own = namespace == null ? "default" : namespace;
        for (ObjectNode document : documents) {
            JsonNode metadata = document.path("metadata");
            if (metadata.path("namespace").asText(own).equals(own)) {
                objects.put(metadata.path("name").asText(), keys(document));
            }
        }
        return objects;
    }

    private static Map<String, byte[]> keys(ObjectNode document) {
        boolean secret = document.path("kind").asText().equals("Secret");
        Map<String, byte[]> keys = new TreeMap<>();
        document.path("data")
                .properties()
                .forEach(e -> keys.put(
                        e.getKey(),
                        secret
                                ? Base64.getMimeDecoder().decode(e.getValue().asText())
                                : bytes(e.getValue().asText())));
        document.path("binaryData")
                .properties()
                .forEach(e -> keys.put(
                        e.getKey(), Base64.getMimeDecoder().decode(e.getValue().asText())));
        document.path("stringData")
                .properties()
                .forEach(e -> keys.put(e.getKey(), bytes(e.getValue().asText())));
        return keys;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A key's text in one of the {@code objects}; empty if there is none. */
    static Optional<String> text(Map<String, Map<String, byte[]>> objects, String name, String key) {
        return Optional.ofNullable(objects.getOrDefault(name, Map.of()).get(key))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
