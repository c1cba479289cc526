package io.pyjob.driver.script;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A jar, and which libraries it says that it has.
 *
 * @param path where it is
 * @param own the library that it is, as far as its name says
 * @param within libraries that have been put into it, by what Maven has written into them
 */
record Jar(Path path, Optional<Library> own, List<Library> within) {
    private static final Pattern POM = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.properties");
    private static final String CLASS = ".class";

    Jar {
        within = List.copyOf(within);
    }

    /** By its name alone. */
    static Jar named(Path path) {
        return new Jar(path, Library.ofFile(name(path)), List.of());
    }

    /** With what is in it; of a file that is no jar, or cannot be read, by its name alone. */
    static Jar read(Path path) {
        List<Library> found = new ArrayList<>();
        try (ZipFile zip = new ZipFile(path.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (POM.matcher(entry.getName()).matches()) {
                    Properties properties = new Properties();
                    try (InputStream in = zip.getInputStream(entry)) {
                        properties.load(in);
                    }
                    found.add(new Library(
                            properties.getProperty("groupId", ""),
                            properties.getProperty("artifactId", ""),
                            properties.getProperty("version", "")));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            return named(path); // the JVM will say so, where it looks for a class in it
        }
        Optional<Library> byName = Library.ofFile(name(path));
        Optional<Library> own = found.stream()
                .filter(library -> byName.filter(library::isSameAs).isPresent())
                .findFirst()
                .or(() -> found.size() == 1 && byName.isEmpty() ? found.stream().findFirst() : byName);
        List<Library> within = found.stream()
                .filter(library ->
                        !library.artifact().isEmpty() && !library.version().isEmpty())
                .filter(library -> own.filter(library::isSameAs).isEmpty())
                .toList();
        return new Jar(path, own, within);
    }

    String name() {
        return name(path);
    }

    /** Whether a class of {@code other} is in this one too, under the same name. */
    boolean sharesClassesWith(Jar other) {
        try (ZipFile here = new ZipFile(path.toFile());
                ZipFile there = new ZipFile(other.path.toFile());
                Stream<? extends ZipEntry> classes = there.stream()) {
            return classes.map(ZipEntry::getName)
                    .filter(name -> name.endsWith(CLASS) && !name.endsWith("module-info.class"))
                    .anyMatch(name -> here.getEntry(name) != null);
        } catch (IOException e) {
            return false; // nothing to be told of what cannot be looked at
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
