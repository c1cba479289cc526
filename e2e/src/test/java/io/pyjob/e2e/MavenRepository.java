package io.pyjob.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A Maven repository in a folder, with packages that are compiled for it. */
final class MavenRepository {
    /** In the place of Spark's own, for the compiler alone. */
    private static final Map<String, String> SPARK = Map.of(
            "org.apache.spark.sql.api.java.UDF1",
            "package org.apache.spark.sql.api.java;"
                    + " public interface UDF1<T, R> extends java.io.Serializable { R call(T t) throws Exception; }",
            "org.apache.hadoop.conf.Configuration",
            "package org.apache.hadoop.conf; public class Configuration { public native String get(String name); }");

    private final Path folder;
    private final Path classes;

    MavenRepository(Path folder) {
        this.folder = folder;
        this.classes = folder.resolveSibling(folder.getFileName() + "-classes");
    }

    /** As Ivy's settings have it. */
    String address() {
        return folder.toUri().toString();
    }

    /** Settings of Ivy that know no repository of the network. */
    Path ivySettings() {
        try {
            return Files.writeString(
                    folder.resolveSibling("ivysettings.xml"),
                    "<ivysettings><settings defaultResolver=\"none\"/><resolvers><ibiblio name=\"none\""
                            + " m2compatible=\"true\" root=\""
                            + folder.resolveSibling("none").toUri()
                            + "\"/></resolvers></ivysettings>\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A jar of it. */
    Path jar(String coordinates) {
        String[] words = coordinates.split(":", -1);
        return folder.resolve(words[0].replace('.', '/'))
                .resolve(words[1])
                .resolve(words[2])
                .resolve(words[1] + '-' + words[2] + ".jar");
    }

    /** Puts {@code group:name:version} there: one class, one Python module, and what it needs. */
    void publish(String coordinates, String className, String source, String python, String... needs) {
        String[] words = coordinates.split(":", -1);
        Path place =
                folder.resolve(words[0].replace('.', '/')).resolve(words[1]).resolve(words[2]);
        String file = words[1] + '-' + words[2];
        try {
            Files.createDirectories(place);
            compile(className, source);
            String entry = className.replace('.', '/') + ".class";
            try (OutputStream out = Files.newOutputStream(place.resolve(file + ".jar"));
                    ZipOutputStream jar = new ZipOutputStream(out)) {
                jar.putNextEntry(new ZipEntry(entry));
                jar.write(Files.readAllBytes(classes.resolve(entry)));
                jar.putNextEntry(new ZipEntry(words[1] + "_module.py"));
                jar.write(python.getBytes(StandardCharsets.UTF_8));
            }
            StringBuilder pom = new StringBuilder("<project><modelVersion>4.0.0</modelVersion>").append(gav(words));
            for (String need : needs) {
                pom.append("<dependencies><dependency>")
                        .append(gav(need.split(":", -1)))
                        .append("</dependency></dependencies>");
            }
            Files.writeString(place.resolve(file + ".pom"), pom.append("</project>\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String gav(String[] words) {
        return "<groupId>" + words[0] + "</groupId><artifactId>" + words[1] + "</artifactId><version>" + words[2]
                + "</version>";
    }

    private void compile(String className, String source) throws IOException {
        Files.createDirectories(classes);
        List<Source> sources = new ArrayList<>(List.of(new Source(className, source)));
        SPARK.forEach((name, text) -> sources.add(new Source(name, text)));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                List.of("-proc:none", "--release", "17", "-d", classes.toString(), "-cp", classes.toString());
        if (!compiler.getTask(null, null, null, options, null, sources).call()) {
            throw new AssertionError("cannot compile " + className);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
