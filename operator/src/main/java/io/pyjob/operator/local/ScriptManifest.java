package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.manifest.Manifest;
import io.pyjob.api.manifest.ManifestText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The manifest of a script that has none: everything has its default. */
final class ScriptManifest {
    private static final int LONGEST_NAME = 253;

    private ScriptManifest() {}

    static ManifestText of(String script) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("apiVersion", Manifest.API_VERSION).put("kind", Manifest.KIND);
        tree.putObject("metadata").put("name", jobName(script));
        tree.putObject("spec").putObject("script").put("path", script);
        return new ManifestText(Optional.of(tree), List.of());
    }

    /** A valid name that reminds of the script's. */
    static String jobName(String script) {
        String file =
                Objects.requireNonNullElse(Path.of(script).getFileName(), "").toString();
        String plain = (file.endsWith(".py") ? file.substring(0, file.length() - 3) : file)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]", "-");
        String begin = plain.replaceAll("^-+", "");
        String name = begin.substring(0, Math.min(begin.length(), LONGEST_NAME)).replaceAll("-+$", "");
        return name.isEmpty() ? "script" : name;
    }
}
