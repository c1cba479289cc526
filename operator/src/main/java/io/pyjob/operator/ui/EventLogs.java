package io.pyjob.operator.ui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.operator.pods.EventLog;
import io.pyjob.operator.pods.JobNames;
import io.pyjob.operator.ui.JobView.Application;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a history server has of jobs that are gone. Ids alone do not tell two namespaces apart; the logs themselves do. */
final class EventLogs {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = (int) Duration.ofSeconds(60).toMillis();
    private static final int MOST_BYTES = 64 << 20;

    /** Each one is asked for, which may mean that its log is read. */
    private static final int MOST = 20;

    private final URI server;

    EventLogs(URI server) {
        this.server = server;
    }

    /** The applications of that job, by attempt; the newest, if there are many. */
    List<Application> of(String namespace, String job) {
        Pattern id = Pattern.compile(
                Pattern.quote(JobNames.base(job, JobNames.MAX_BASE)) + "-([1-9][0-9]{0,9})-([0-9a-f]{8})");
        List<Application> found = new ArrayList<>();
        int asked = 0;
        for (JsonNode application : get("/api/v1/applications")) { // the newest first
            Matcher matcher = id.matcher(application.path("id").asText());
            if (asked < MOST && matcher.matches()) {
                asked++;
                if (jobOf(matcher.group()).equals(namespace + "/" + job)) {
                    String end =
                            application.path("attempts").path(0).path("endTime").asText("");
                    found.add(new Application(Integer.parseInt(matcher.group(1)), matcher.group(), end));
                }
            }
        }
        found.sort(Comparator.comparing(Application::told).thenComparing(Application::attempt));
        return found;
    }

    /** Of which job that application was; empty if it does not say. */
    private String jobOf(String application) {
        JsonNode environment = get("/api/v1/applications/" + application + "/environment");
        for (JsonNode property : environment.path("sparkProperties")) {
            if (property.path(0).asText().equals(EventLog.JOB)) {
                return property.path(1).asText();
            }
        }
        return "";
    }

    private JsonNode get(String path) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) server.resolve(path).toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setInstanceFollowRedirects(false);
            try {
                if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                    return JSON.missingNode();
                }
                try (InputStream body = connection.getInputStream()) {
                    return JSON.readTree(body.readNBytes(MOST_BYTES));
                }
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(server + " does not answer: " + e.getMessage(), e);
        }
    }
}
