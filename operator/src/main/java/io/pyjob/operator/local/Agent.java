package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.PackageIndex;
import io.pyjob.api.PythonSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;

/**
 * The process that keeps this run's processes and its terminal, reached by JSON lines over our standard streams.
 *
 * <p>Thread-safe. Events come on a thread of its own, into the queue given.
 */
final class Agent {
    private final ObjectMapper json;
    private final PrintStream out;

    /** {@code out} takes commands, {@code in} brings events until the agent ends. */
    Agent(ObjectMapper json, InputStream in, PrintStream out, BlockingQueue<AgentEvent> events) {
        this.json = json;
        this.out = out;
        Thread reader = new Thread(() -> read(in, events), "agent-events");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a container's process. */
    void start(ContainerProcess process) {
        ObjectNode command = command("start").put("id", process.id());
        strings(command.putArray("argv"), process.argv());
        ObjectNode env = command.putObject("env");
        process.env().forEach(env::put);
        command.put("cwd", process.cwd());
        command.put("stdout", process.stdout());
        command.put("stderr", process.stderr());
        process.box().ifPresent(box -> {
            ObjectNode node = command.putObject("box").put("hide", box.kind()).put("tmp", box.tmp());
            strings(node.putArray("share"), box.share());
        });
        send(command);
    }

    /** Sends a signal ({@code TERM}, {@code KILL}) to a container's first process. */
    void signal(String container, String signal) {
        send(command("signal").put("id", container).put("signal", signal));
    }

    /** Asks for a Python environment; answered by an event. */
    void environment(PythonSpec python) {
        ObjectNode command = command("environment");
        strings(command.putArray("requirements"), python.packages());
        PackageIndex index = python.index();
        if (index != null) {
            ObjectNode places = command.putObject("index").put("url", index.url());
            strings(places.putArray("extra"), index.extra());
            strings(places.putArray("findLinks"), index.findLinks());
            places.put("noIndex", index.asksNoIndex());
        }
        send(command);
    }

    /** Replaces the live line. */
    void live(String text) {
        send(command("live").put("text", text));
    }

    /** Writes a line to standard error. */
    void say(String text) {
        send(command("say").put("text", text));
    }

    /** Writes to standard output. */
    void print(String text) {
        send(command("print").put("text", text));
    }

    /**
     * Ends the run: the agent ends all that is left, removes the run's folder unless {@code keep}, and exits with {@code code}.
     *
     * @param lastLines whether what is left has a little time for its last lines
     */
    void finish(int code, boolean keep, boolean lastLines) {
        send(command("finish").put("code", code).put("keep", keep).put("lastLines", lastLines));
    }

    private ObjectNode command(String op) {
        return json.createObjectNode().put("op", op);
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    private void send(ObjectNode command) {
        byte[] line = (command + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            out.write(line, 0, line.length);
            out.flush();
        }
    }

    private void read(InputStream in, BlockingQueue<AgentEvent> events) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode event = json.readTree(line);
                switch (event.path("event").asText()) {
                    case "exited" ->
                        events.add(new AgentEvent.Exited(
                                event.path("id").asText(), event.path("code").asInt()));
                    case "environment" ->
                        events.add(
                                event.has("bin")
                                        ? new AgentEvent.EnvironmentReady(
                                                event.path("bin").asText())
                                        : new AgentEvent.EnvironmentFailed(
                                                event.path("error").asText()));
                    case "cancel" ->
                        events.add(new AgentEvent.Cancelled(event.path("signal").asInt()));
                    default -> {} // "started" tells nothing that a later event does not
                }
            }
        } catch (IOException e) {
            System.err.println("pyjob: the agent's events cannot be read: " + e.getMessage());
        }
        events.add(new AgentEvent.AgentGone());
    }
}
