package io.pyjob.operator.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The other end of the agent's protocol: takes note of commands and tells events. */
final class FakeAgent implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final ByteArrayOutputStream commands = new ByteArrayOutputStream();
    private final PipedOutputStream toJvm = new PipedOutputStream();
    private final BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
    private final Agent agent;

    FakeAgent() {
        try {
            agent = new Agent(
                    json,
                    new PipedInputStream(toJvm),
                    new PrintStream(commands, false, StandardCharsets.UTF_8),
                    events);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Our side of it. */
    Agent agent() {
        return agent;
    }

    BlockingQueue<AgentEvent> events() {
        return events;
    }

    void tell(String event) {
        try {
            toJvm.write((event + "\n").getBytes(StandardCharsets.UTF_8));
            toJvm.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commands since the last call. */
    List<JsonNode> commands() {
        List<JsonNode> found = new ArrayList<>();
        try {
            for (String line : commands.toString(StandardCharsets.UTF_8).lines().toList()) {
                found.add(json.readTree(line));
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        commands.reset();
        return found;
    }

    /** The commands since the last call, in short: op and its subject. */
    List<String> told() {
        return commands().stream().map(FakeAgent::inShort).toList();
    }

    private static String inShort(JsonNode command) {
        String op = command.path("op").asText();
        String subject = command.path("id").asText(command.path("text").asText());
        String signal = command.path("signal").asText();
        return String.join(" ", List.of(op, subject, signal)).strip();
    }

    @Override
    public void close() {
        try {
            toJvm.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
