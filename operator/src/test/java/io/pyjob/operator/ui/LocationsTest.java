package io.pyjob.operator.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocationsTest {
    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.7:4040/jobs/, /a/b/jobs/",
        "http://10.0.0.7:4040/a/b/jobs/?x=1, /a/b/jobs/?x=1",
        "/jobs/, /a/b/jobs/",
        "/a/b/jobs/, /a/b/jobs/",
        "/a/bc/, /a/b/a/bc/",
        "http://10.0.0.7:4040, /a/b/"
    })
    void itBecomesAPathOfThisServer(String location, String here) {
        assertThat(Locations.here(location, "10.0.0.7", 4040, "/a/b")).contains(here);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example.com/",
                "//evil.example.com/",
                "https://10.0.0.7:4040/",
                "http://10.0.0.7:4041/",
                "http://user@10.0.0.7:4040/",
                "http://10.0.0.7:4040//evil.example.com/",
                "javascript:alert(1)",
                "jobs/",
                "/a b",
                "http://10.0.0.7.evil.example.com:4040/"
            })
    void nobodyIsSentElsewhere(String location) {
        assertThat(Locations.here(location, "10.0.0.7", 4040, "/a/b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = "http://[fd00::7]:4040/jobs/")
    void alsoWithLongAddresses(String location) {
        assertThat(Locations.here(location, "fd00::7", 4040, "/a/b")).contains("/a/b/jobs/");
    }
}
