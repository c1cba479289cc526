package io.pyjob.driver.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibraryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gson-2.11.0.jar | '' | gson | 2.11.0",
                "spark-sql-api_2.13-4.2.0.jar | '' | spark-sql-api_2.13 | 4.2.0",
                "com.google.code.gson_gson-1.0.jar | com.google.code.gson | gson | 1.0",
                "io.delta_delta-spark_2.13-4.0.0.jar | io.delta | delta-spark_2.13 | 4.0.0",
                "antlr4-runtime-4.13.1.jar | '' | antlr4-runtime | 4.13.1",
                "log4j-1.2-api-2.24.3.jar | '' | log4j | 1.2-api-2.24.3",
                "guava-33.4.0-jre.jar | '' | guava | 33.4.0-jre",
            })
    void aJarsNameSaysWhatItIs(String file, String group, String artifact, String version) {
        assertThat(Library.ofFile(file)).contains(new Library(group, artifact, version));
    }

    @Test
    void otherNamesSayNothing() {
        assertThat(Library.ofFile("shout.jar")).isEmpty();
        assertThat(Library.ofFile("words-1.0.zip")).isEmpty();
    }

    @Test
    void aGroupThatIsNotKnownMayBeAny() {
        Library known = new Library("com.acme", "words", "1.0");

        assertThat(known.isSameAs(new Library("", "words", "2.0"))).isTrue();
        assertThat(known.isSameAs(new Library("com.other", "words", "1.0"))).isFalse();
        assertThat(known.isSameAs(new Library("com.acme", "word", "1.0"))).isFalse();
    }

    @Test
    void theNameHasTheVersionOfScala() {
        assertThat(new Library("", "delta_2.12", "1").scala()).contains("2.12");
        assertThat(new Library("", "delta_3", "1").scala()).contains("3");
        assertThat(new Library("", "delta", "2.12").scala()).isEmpty();
    }
}
