package io.pyjob.driver.script;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A library in one version.
 *
 * @param group Maven's groupId; empty if the name of a file is all that is known
 * @param artifact Maven's artifactId
 * @param version of it
 */
record Library(String group, String artifact, String version) {
    private static final Pattern FILE = Pattern.compile("(.+?)-([0-9][A-Za-z0-9.+_-]*)\\.jar");
    private static final Pattern IVY = Pattern.compile("([A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+)_(.+)");
    private static final Pattern SCALA = Pattern.compile(".*_(2\\.1[0-9]|3)");

    /** Of the name of a jar, as Maven has it ({@code lib-1.0.jar}) or Ivy ({@code org.example_lib-1.0.jar}). */
    static Optional<Library> ofFile(String name) {
        Matcher file = FILE.matcher(name);
        if (!file.matches()) {
            return Optional.empty();
        }
        Matcher ivy = IVY.matcher(file.group(1));
        return Optional.of(
                ivy.matches()
                        ? new Library(ivy.group(1), ivy.group(2), file.group(2))
                        : new Library("", file.group(1), file.group(2)));
    }

    /** Whether it may be the same library, in whatever version. */
    boolean isSameAs(Library other) {
        return artifact.equals(other.artifact)
                && (group.equals(other.group) || group.isEmpty() || other.group.isEmpty());
    }

    /** The version of Scala that it is built for, by its name; empty if that says none. */
    Optional<String> scala() {
        Matcher scala = SCALA.matcher(artifact);
        return scala.matches() ? Optional.of(scala.group(1)) : Optional.empty();
    }

    /** Without its version, as {@code excludes} have it; the artifact alone where the group is not known. */
    String id() {
        return group.isEmpty() ? artifact : group + ':' + artifact;
    }
}
