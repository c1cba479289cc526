package io.pyjob.driver.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarConflictsTest {
    @TempDir
    Path folder = Path.of("");

    /** With these entries; one that ends with pom.properties is of the library in its path, in that version. */
    private Jar jar(String name, String... entries) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String entry : entries) {
                String[] words = entry.split("=", 2);
                zip.putNextEntry(new ZipEntry(words[0]));
                if (words.length == 2) {
                    String[] path = words[0].split("/", -1);
                    zip.write(("groupId=" + path[2] + "\nartifactId=" + path[3] + "\nversion=" + words[1] + "\n")
                            .getBytes(StandardCharsets.UTF_8));
                }
            }
            zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
        }
        return Jar.read(file);
    }

    private static String pom(String group, String artifact, String version) {
        return "META-INF/maven/" + group + "/" + artifact + "/pom.properties=" + version;
    }

    private static Set<String> told(List<Jar> ofSpark, Jar... added) {
        return new JarConflicts(ofSpark, List.of(added), false).told();
    }

    @Test
    void aJarOfWhatSparkHasInAnotherVersionIsTold() throws IOException {
        List<Jar> ofSpark = List.of(jar("spark/gson-2.11.0.jar", pom("com.google.code.gson", "gson", "2.11.0")));

        assertThat(told(ofSpark, jar("com.google.code.gson_gson-1.0.jar")))
                .containsExactly("com.google.code.gson_gson-1.0.jar is gson 1.0, and Spark has 2.11.0: classes of"
                        + " Spark's are used; if that fails, take what goes with 2.11.0, or leave it out"
                        + " (spec.jvm.excludes: [\"com.google.code.gson:gson\"])");
        assertThat(new JarConflicts(ofSpark, List.of(jar("gson-1.0.jar")), true).told())
                .containsExactly(
                        "gson-1.0.jar is gson 1.0, and Spark has 2.11.0: classes of the job's are used, also by"
                                + " Spark; if that fails, take what goes with 2.11.0, or leave it out");
    }

    @Test
    void theSameVersionAndAnotherGroupAreNone() throws IOException {
        List<Jar> ofSpark = List.of(jar("spark/core-2.0.jar", pom("org.apache", "core", "2.0")));

        assertThat(told(ofSpark, jar("core-2.0.jar"))).isEmpty();
        assertThat(told(ofSpark, jar("com.acme_core-1.0.jar"))).isEmpty();
    }

    @Test
    void aJarWithOtherLibrariesInItIsTriedByItsClasses() throws IOException {
        List<Jar> ofSpark =
                List.of(jar("spark/gson-2.11.0.jar", pom("com.google.code.gson", "gson", "2.11.0"), "g/Gson.class"));
        String old = pom("com.google.code.gson", "gson", "1.0");

        assertThat(told(ofSpark, jar("fat-3.0.jar", pom("com.acme", "fat", "3.0"), old, "g/Gson.class")))
                .containsExactly("fat-3.0.jar has com.google.code.gson:gson 1.0 in it, and Spark has 2.11.0: classes of"
                        + " Spark's are used; if that fails, take a jar without it, or one that has it under another"
                        + " name");
        assertThat(told(ofSpark, jar("shaded-3.0.jar", pom("com.acme", "shaded", "3.0"), old, "shaded/g/Gson.class")))
                .isEmpty();
    }

    @Test
    void twoVersionsOfOneLibraryAreTold() throws IOException {
        assertThat(told(List.of(), jar("words-1.0.jar"), jar("com.acme_words-2.0.jar"), jar("words-1.0.jar")))
                .containsExactly(
                        "words is there twice, 1.0 (words-1.0.jar) and 2.0 (com.acme_words-2.0.jar): which of them is"
                                + " used is not certain; leave one out",
                        "words is there twice, 2.0 (com.acme_words-2.0.jar) and 1.0 (words-1.0.jar): which of them is"
                                + " used is not certain; leave one out");
    }

    @Test
    void anotherScalaIsTold() throws IOException {
        assertThat(told(List.of(), jar("io.delta_delta_2.12-1.0.jar"), jar("x_2.13-1.0.jar"), jar("y_3-1.0.jar")))
                .containsExactly("io.delta_delta_2.12-1.0.jar is for Scala 2.12, and Spark's is 2.13: what is called in"
                        + " it may fail; take the one whose name has _2.13");
    }

    @Test
    void whatIsNoJarIsJudgedByItsName() throws IOException {
        Path file = Files.writeString(folder.resolve("words-1.0.jar"), "no zip");

        assertThat(Jar.read(file)).isEqualTo(Jar.named(file));
    }
}
