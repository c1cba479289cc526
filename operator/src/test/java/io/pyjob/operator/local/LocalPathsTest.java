package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocalPathsTest {
    private static final Map<String, Path> FOLDERS =
            Map.of("/data", Path.of("/home/me/all"), "/data/in", Path.of("/home/me/$in"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/data/in | /home/me/$in",
                "/data/in/2013/a.csv | /home/me/$in/2013/a.csv",
                "/data/inner | /home/me/all/inner",
                "/data | /home/me/all",
                "/database | /database",
                "/x/data | /x/data",
                "file:/data/x | file:/home/me/all/x",
                "file:///data/x | file:///home/me/all/x",
                "s3a://data/in | s3a://data/in",
                "/a.jar,/data/b.jar | /a.jar,/home/me/all/b.jar",
                "-Dx=/data/in:/data | -Dx=/home/me/$in:/home/me/all",
                "write to /data | write to /data",
            })
    void aPathIsReplacedWhereItBegins(String text, String here) {
        assertThat(LocalPaths.of(text, FOLDERS)).isEqualTo(here);
    }

    @Test
    void withoutVolumesNothingIs() {
        assertThat(LocalPaths.of("/data/in", Map.of())).isEqualTo("/data/in");
    }
}
