package io.pyjob.driver.report;

import io.pyjob.driver.report.LiveReport.Draft;
import io.pyjob.executor.pod.PodLog;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Sends the report to the operator: at once when there is something to act on, else at an easy pace.
 *
 * <p>An operator that fails or is away never hurts the job: reports are tried again, more and more slowly.
 * HttpURLConnection, because it loads a third of the classes that java.net.http does, while Spark starts.
 */
public final class Reporter {
    private static final int CONNECT_TIMEOUT_MILLIS = 2000;
    private static final int ANSWER_TIMEOUT_MILLIS = 5000;
    private static final int LONGEST_ANSWER = 64 << 10;

    private final URI url;
    private final String token;
    private final LiveReport live;
    private int failures;

    private Reporter(URI url, String token, LiveReport live) {
        this.url = url;
        this.token = token;
        this.live = live;
    }

    /** Starts to report, on a thread of its own, until the JVM ends. */
    public static void start(URI url, String token, LiveReport live) {
        live.reporting();
        Thread thread = new Thread(new Reporter(url, token, live)::run, "pyjob-reporter");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            long lastTried =
                    System.nanoTime() + Pace.FIRST.minus(Pace.HEARTBEAT).toNanos();
            while (true) {
                Draft draft = live.awaitDraft(lastTried, failures);
                lastTried = System.nanoTime();
                attempt(draft);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that but a JVM that ends
        }
    }

    private void attempt(Draft draft) {
        try {
            Answer answer = Answer.parse(post(draft.report().toJson()));
            if (failures > 0) {
                failures = 0;
                PodLog.say("the operator takes reports again");
            }
            live.sent(draft, answer.target());
        } catch (IOException e) {
            if (failures++ == 0) {
                PodLog.say("the operator did not take a report at " + url + " (" + e.getMessage()
                        + "); the job goes on, and reports are tried again");
            }
        } catch (RuntimeException e) {
            // Out of Spark, which the answer is handed to: its SparkContext may be stopping. Reports must go on.
            PodLog.say("the operator's answer could not be followed: " + e);
        }
    }

    private byte[] post(byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        connection.setReadTimeout(ANSWER_TIMEOUT_MILLIS);
        connection.setRequestMethod("POST");
        connection.setInstanceFollowRedirects(false);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.setRequestProperty("Authorization", "Bearer " + token);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(body);
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException("HTTP status " + status + ": " + said(connection));
        }
        try (InputStream answer = connection.getInputStream()) {
            return answer.readNBytes(LONGEST_ANSWER);
        }
    }

    private static String said(HttpURLConnection connection) throws IOException {
        // Null where the answer has no body. Reading it to its end lets the connection be used again.
        InputStream body = connection.getErrorStream();
        if (body == null) {
            return "no more was said";
        }
        try (body) {
            return new String(body.readNBytes(1000), StandardCharsets.UTF_8);
        }
    }
}
