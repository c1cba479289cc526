package io.pyjob.operator.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** The same trace as a table, a picture and data. */
final class TraceTextsTest {
    private final Trace trace = Trace.of("flights & <co>", Timelines.whole()).orElseThrow();

    @Test
    void aTableHasALineForEachThingReached() {
        List<String> lines = TraceTable.lines(trace, 80, false);
        assertThat(lines).hasSize(1 + trace.spans().size());
        assertThat(lines.get(0)).startsWith("flights & <co>").contains("at", "took");
        assertThat(lines)
                .anySatisfy(line -> assertThat(line).matches("job +planned +0\\.100 s +0\\.100 s +\\S.*"))
                .anySatisfy(line -> assertThat(line).matches(" +first task +7\\.000 s +0\\.400 s +\\S.*"))
                .noneSatisfy(line -> assertThat(line).contains("\u001b"))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void coloursAreForTerminals() {
        List<String> lines = TraceTable.lines(trace, TraceTable.WIDE, true);
        assertThat(lines.subList(1, lines.size()))
                .allSatisfy(line -> assertThat(line).contains("\u001b[3").endsWith("\u001b[0m"));
    }

    @Test
    void aPictureIsAnSvgFile() throws Exception {
        Document svg = DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(TracePicture.svg(trace).getBytes(StandardCharsets.UTF_8)));
        assertThat(svg.getDocumentElement().getLocalName()).isEqualTo("svg");
        assertThat(svg.getElementsByTagName("title").getLength())
                .isEqualTo(trace.spans().size());
        assertThat(svg.getElementsByTagName("text").item(0).getTextContent()).isEqualTo("flights & <co>");
    }

    @Test
    void ticksAreRoundAndFew() {
        assertThat(TracePicture.step(4_000)).isEqualTo(500);
        assertThat(TracePicture.step(24_000)).isEqualTo(2_000);
        assertThat(TracePicture.step(1)).isEqualTo(1);
    }

    /** As the format's description has it: complete events in microseconds, names of threads as metadata. */
    @Test
    void dataAreTraceEvents() throws Exception {
        JsonNode file = new ObjectMapper().readTree(TraceEvents.json(trace));
        assertThat(file.path("displayTimeUnit").asText()).isEqualTo("ms");
        Map<Integer, String> threads = new HashMap<>();
        Map<Integer, Long> ends = new HashMap<>();
        for (JsonNode event : file.path("traceEvents")) {
            int thread = event.path("tid").asInt();
            if (event.path("ph").asText().equals("M")) {
                if (event.path("name").asText().equals("thread_name")) {
                    threads.put(thread, event.at("/args/name").asText());
                }
                continue;
            }
            assertThat(event.path("ph").asText()).isEqualTo("X");
            assertThat(event.path("ts").isIntegralNumber()).isTrue();
            assertThat(event.path("dur").asLong(-1)).isGreaterThanOrEqualTo(0);
            assertThat(event.path("ts").asLong())
                    .as("threads have no overlapping events")
                    .isGreaterThanOrEqualTo(ends.getOrDefault(thread, 0L));
            ends.put(thread, event.path("ts").asLong() + event.path("dur").asLong());
        }
        assertThat(threads.values()).contains("driver's pod", "script", "last executor");
        assertThat(threads.keySet()).isEqualTo(ends.keySet());
    }
}
