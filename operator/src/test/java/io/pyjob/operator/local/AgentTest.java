package io.pyjob.operator.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.api.PackageIndex;
import io.pyjob.api.PythonSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AgentTest {
    private final FakeAgent fake = new FakeAgent();

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void aContainerIsToldWithAllThatItNeeds() throws IOException {
        fake.agent()
                .start(new ContainerProcess(
                        "e1/jvm",
                        List.of("java", "a \"b\"\n\u00fc"),
                        Map.of("A", "1"),
                        "/work",
                        "/log",
                        "-/log",
                        Optional.of(new ContainerProcess.Box("jvm", "/tmp/e1", List.of("/a", "/b")))));
        assertThat(fake.commands()).containsExactly(new ObjectMapper().readTree("""
                {"op": "start", "id": "e1/jvm", "argv": ["java", "a \\"b\\"\\n\u00fc"], "env": {"A": "1"}, "cwd": "/work",
                 "stdout": "/log", "stderr": "-/log", "box": {"hide": "jvm", "tmp": "/tmp/e1", "share": ["/a", "/b"]}}
                """));
    }

    @Test
    void withoutABoxNoneIsTold() {
        fake.agent()
                .start(new ContainerProcess("e1/jvm", List.of("java"), Map.of(), "/", "/l", "/l", Optional.empty()));
        assertThat(fake.commands()).singleElement().matches(command -> !command.has("box"));
    }

    @Test
    void everyOtherCommandIsALine() {
        Agent agent = fake.agent();
        agent.signal("e1/jvm", "TERM");
        agent.environment(PythonSpec.DEFAULT.withoutCluster(List.of("numpy", "pandas")));
        agent.environment(new PythonSpec(
                PythonSpec.DEFAULT_IMAGE,
                List.of(),
                null,
                null,
                new PackageIndex(null, List.of("https://b"), List.of("/wheels"), null, true, null),
                List.of("a.py", "/own-1.0-py3-none-any.whl"),
                List.of(),
                List.of()));
        agent.live("1/3");
        agent.say("hello");
        agent.print("usage\n");
        agent.finish(3, true, false);
        assertThat(fake.commands())
                .map(Object::toString)
                .containsExactly(
                        "{\"op\":\"signal\",\"id\":\"e1/jvm\",\"signal\":\"TERM\"}",
                        "{\"op\":\"environment\",\"requirements\":[\"numpy\",\"pandas\"]}",
                        "{\"op\":\"environment\",\"requirements\":[\"/own-1.0-py3-none-any.whl\"],\"index\":{\"url\":null,"
                                + "\"extra\":[\"https://b\"],\"findLinks\":[\"/wheels\"],\"noIndex\":true}}",
                        "{\"op\":\"live\",\"text\":\"1/3\"}",
                        "{\"op\":\"say\",\"text\":\"hello\"}",
                        "{\"op\":\"print\",\"text\":\"usage\\n\"}",
                        "{\"op\":\"finish\",\"code\":3,\"keep\":true,\"lastLines\":false}");
    }

    static List<Arguments> events() {
        return List.of(
                Arguments.of(
                        "{\"event\": \"exited\", \"id\": \"e1/jvm\", \"code\": 137}",
                        new AgentEvent.Exited("e1/jvm", 137)),
                Arguments.of(
                        "{\"event\": \"environment\", \"bin\": \"/env/bin\"}",
                        new AgentEvent.EnvironmentReady("/env/bin")),
                Arguments.of(
                        "{\"event\": \"environment\", \"error\": \"no index\"}",
                        new AgentEvent.EnvironmentFailed("no index")),
                Arguments.of("{\"event\": \"cancel\", \"signal\": 2}", new AgentEvent.Cancelled(2)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventsComeInOrder(String line, AgentEvent event) throws InterruptedException {
        fake.tell("{\"event\": \"started\", \"id\": \"e1/jvm\"}");
        fake.tell(line);
        assertThat(fake.events().poll(5, SECONDS)).isEqualTo(event);
    }

    @Test
    void theAgentsEndIsTheLastEvent() throws InterruptedException {
        fake.tell("{\"event\": \"cancel\", \"signal\": 15}");
        fake.close();
        assertThat(fake.events().poll(5, SECONDS)).isEqualTo(new AgentEvent.Cancelled(15));
        assertThat(fake.events().poll(5, SECONDS)).isEqualTo(new AgentEvent.AgentGone());
    }
}
