package io.pyjob.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The process itself, as far as it comes without an API server. */
final class MainTest {
    private record Ended(int code, List<String> lines) {}

    private static Ended run(Map<String, String> env) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        builder.environment().clear();
        builder.environment().putAll(env);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output.lines().toList());
    }

    @Test
    void badSettingsAreToldInOneLineOfJson() throws IOException, InterruptedException {
        Ended ended = run(Map.of("PYJOB_REPORT_PORT", "many"));
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.lines()).hasSize(1);
        JsonNode line = new ObjectMapper().readTree(ended.lines().get(0));
        assertThat(line.fieldNames()).toIterable().containsExactly("time", "level", "logger", "message", "thread");
        assertThat(line.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(line.path("level").asText()).isEqualTo("ERROR");
        assertThat(line.path("message").asText())
                .startsWith("the operator cannot start: PYJOB_")
                .contains("PYJOB_NAMESPACE is not set; it must be a name", "PYJOB_REPORT_PORT is \"many\"");
    }
}
