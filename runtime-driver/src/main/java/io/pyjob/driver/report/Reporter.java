package io.pyjob.driver.report;

import io.pyjob.driver.report.LiveReport.Draft;
import io.pyjob.driver.report.Pace.News;
import io.pyjob.driver.report.Pace.Outage;
import io.pyjob.executor.pod.PodLog;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.concurrent.ThreadLocalRandom;

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
    private Pace pace = Pace.first(chance());

    private Reporter(URI url, String token, LiveReport live) {
        this.url = url;
        this.token = token;
        this.live = live;
    }

    /** Starts to report, on a thread of its own, until the JVM ends. */
    public static void start(URI url, String token, LiveReport live) {
        // The operator's address may move; Java would remember a name's for half a minute. The first look-up of this
        // JVM
        // comes after this.
        Security.setProperty("networkaddress.cache.ttl", "3");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        live.reporting();
        Thread thread = new Thread(new Reporter(url, token, live)::run, "pyjob-reporter");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            long lastTried = System.nanoTime() + Pace.FIRST.toNanos() - pace.due(0, News.NONE);
            while (true) {
                Draft draft = live.awaitDraft(lastTried, pace);
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
            if (pace.failures() > 0) {
                PodLog.say("the operator takes reports again");
            }
            pace = Pace.taken(answer.target().isPresent(), chance());
            live.sent(draft, answer.target());
        } catch (IOException e) {
            Outage outage = e instanceof NotTaken answer ? answer.outage() : Outage.AWAY;
            pace = pace.notTaken(outage, chance());
            live.notSent(outage == Outage.REFUSED);
            if (pace.failures() == 1) {
                PodLog.say("the operator did not take a report at " + url + " (" + e.getMessage()
                        + "); the job goes on, and reports are tried again");
            }
        } catch (RuntimeException e) {
            // Out of Spark, which the answer is handed to: its SparkContext may be stopping. Reports must go on.
            PodLog.say("the operator's answer could not be followed: " + e);
        }
    }

    private static double chance() {
        return ThreadLocalRandom.current().nextDouble();
    }

    /**
     * Over the connection of the last report if that is still open. One that the other side has just closed is replaced by
     * HttpURLConnection itself, which may repeat a body that it holds as a whole: to say a report twice does no harm.
     */
    private byte[] post(byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        connection.setReadTimeout(ANSWER_TIMEOUT_MILLIS);
        connection.setRequestMethod("POST");
        connection.setInstanceFollowRedirects(false);
        connection.setDoOutput(true);
        connection.setRequestProperty("Authorization", "Bearer " + token);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(body);
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            String said = said(connection);
            // The next connection may lead to another operator; this one would stay with the one that answered.
            connection.disconnect();
            throw new NotTaken(status, said);
        }
        try (InputStream answer = connection.getInputStream()) {
            return answer.readNBytes(LONGEST_ANSWER);
        }
    }

    private static String said(HttpURLConnection connection) throws IOException {
        // Null where the answer has no body. Not closed here: once that is done, disconnect() does nothing any more.
        InputStream body = connection.getErrorStream();
        if (body == null) {
            return "no more was said";
        }
        return new String(body.readNBytes(1000), StandardCharsets.UTF_8);
    }
}
