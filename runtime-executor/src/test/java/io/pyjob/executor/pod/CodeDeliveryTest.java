package io.pyjob.executor.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeDeliveryTest {
    @TempDir
    Path temp;

    private Path source;
    private Path target;

    @BeforeEach
    void makeSource() throws IOException {
        source = temp.resolve("image/python");
        target = temp.resolve("pod/code");
        Files.createDirectories(source.resolve("pyspark/sql"));
        Files.writeString(source.resolve("pyspark/__init__.py"), "a");
        Files.writeString(source.resolve("pyspark/sql/types.py"), "b");
    }

    @Test
    void theTreeIsCopiedAndMarked() {
        new CodeDelivery(source, target).deliver();

        assertThat(target.resolve("pyspark/__init__.py")).hasContent("a");
        assertThat(target.resolve("pyspark/sql/types.py")).hasContent("b");
        assertThat(target.resolve(CodeDelivery.MARKER)).exists();
    }

    @Test
    void aCopyThatWasBrokenOffIsMadeGood() throws IOException {
        Files.createDirectories(target.resolve("pyspark"));
        Files.writeString(target.resolve("pyspark/__init__.py"), "half a fi");

        new CodeDelivery(source, target).deliver();

        assertThat(target.resolve("pyspark/__init__.py")).hasContent("a");
        assertThat(target.resolve("pyspark/sql/types.py")).hasContent("b");
    }

    @Test
    void aTreeThatIsReadyIsNotTouched() throws IOException {
        Files.createDirectories(target);
        Files.writeString(target.resolve(CodeDelivery.MARKER), "");

        new CodeDelivery(source, target).deliver();

        assertThat(target.resolve("pyspark")).doesNotExist();
    }

    @Test
    void aReadyTreeBehindALinkNeedsNoSource() throws IOException {
        Files.writeString(source.resolve(CodeDelivery.MARKER), "");
        Files.createDirectories(target.getParent());
        Files.createSymbolicLink(target, source);

        new CodeDelivery(temp.resolve("missing"), target).deliver();

        assertThat(target.resolve("pyspark/__init__.py")).exists();
    }

    @Test
    void withoutASourceNothingIsMarkedAndBothPathsAreNamed() {
        Path missing = temp.resolve("missing");

        assertThatThrownBy(() -> new CodeDelivery(missing, target).deliver())
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining(target.toString());
        assertThat(target.resolve(CodeDelivery.MARKER)).doesNotExist();
    }

    @Test
    void aFailureInTheBackgroundIsTold() throws Exception {
        CompletableFuture<StartFailure> told = new CompletableFuture<>();

        new CodeDelivery(temp.resolve("missing"), target).start(told::complete);

        assertThat(told.get(10, TimeUnit.SECONDS)).hasMessageContaining("cannot be copied");
    }
}
