package io.pyjob.executor.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CopierTest {
    @TempDir
    Path folder;

    /** A log in memory. */
    private static final class Text implements LogSource {
        private final String name;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private int position;

        Text(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        void say(String text) {
            written.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public byte[] next() {
            byte[] all = written.toByteArray();
            return Arrays.copyOfRange(all, position, Math.min(all.length, position + MOST));
        }

        @Override
        public void copied(int bytes) {
            position += bytes;
        }
    }

    /** Refuses what is added to copies of some name. */
    private static final class Choosy implements CopyTarget {
        private final Map<String, String> copies = new HashMap<>();
        private String refused = "";

        @Override
        public void append(String name, byte[] bytes) throws IOException {
            if (name.equals(refused)) {
                throw new IOException("no " + name);
            }
            copies.merge(name, new String(bytes, StandardCharsets.UTF_8), String::concat);
        }

        @Override
        public Duration pace() {
            return Duration.ZERO;
        }
    }

    @Test
    void eachLogHasACopyAndNothingIsCopiedTwice() throws IOException {
        Text jvm = new Text("jvm");
        Text python = new Text("python");
        Choosy target = new Choosy();
        Copier copier = new Copier(List.of(jvm, python), target);
        jvm.say("a\n");
        copier.copy();
        python.say("b\n");
        jvm.say("c\n");
        copier.copy();
        copier.copy();
        assertThat(target.copies).containsOnly(Map.entry("jvm", "a\nc\n"), Map.entry("python", "b\n"));
    }

    @Test
    void aLogThatCannotBeCopiedHoldsUpNoOtherAndIsTriedAgain() throws IOException {
        Text jvm = new Text("jvm");
        Text python = new Text("python");
        Choosy target = new Choosy();
        Copier copier = new Copier(List.of(jvm, python), target);
        target.refused = "jvm";
        jvm.say("a\n");
        python.say("b\n");
        assertThatThrownBy(copier::copy).isInstanceOf(IOException.class).hasMessage("no jvm");
        assertThat(target.copies).containsOnly(Map.entry("python", "b\n"));
        target.refused = "";
        copier.copy();
        assertThat(target.copies).containsEntry("jvm", "a\n");
    }

    @Test
    void muchIsCopiedInOneGo() throws IOException {
        Text jvm = new Text("jvm");
        jvm.say("x".repeat(3 * LogSource.MOST + 1));
        Choosy target = new Choosy();
        new Copier(List.of(jvm), target).copy();
        assertThat(target.copies.get("jvm")).hasSize(3 * LogSource.MOST + 1);
    }

    @Test
    void inAFolderACopyIsAFile() throws IOException {
        Text jvm = new Text("jvm");
        Path there = folder.resolve("job-1/driver");
        Copier copier = new Copier(List.of(jvm), new FolderTarget(there));
        copier.copy();
        assertThat(there).as("made when there is something").doesNotExist();
        jvm.say("one\n");
        copier.copy();
        jvm.say("two\n");
        copier.copy();
        assertThat(there.resolve("jvm.log")).hasContent("one\ntwo\n");
    }

    @Test
    void asObjectsACopyIsSeveralInOrder() throws IOException {
        Text jvm = new Text("jvm");
        try (FileSystem files = FileSystem.newInstanceLocal(new Configuration())) {
            Copier copier =
                    new Copier(List.of(jvm), new ObjectsTarget(files, new org.apache.hadoop.fs.Path(folder.toUri())));
            jvm.say("one\n");
            copier.copy();
            copier.copy();
            jvm.say("two\n");
            copier.copy();
        }
        try (Stream<Path> objects = Files.list(folder)) {
            assertThat(objects.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith(".")))
                    .containsExactlyInAnyOrder("jvm-000001.log", "jvm-000002.log");
        }
        assertThat(folder.resolve("jvm-000002.log")).hasContent("two\n");
    }
}
