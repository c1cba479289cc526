package io.pyjob.operator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pyjob.operator.http.Answer;
import io.pyjob.operator.http.Endpoint;
import io.pyjob.operator.http.Head;
import io.pyjob.operator.http.Reception;
import io.pyjob.operator.plan.DriverReport;
import io.pyjob.operator.report.ReportedJobs.ReportedJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes drivers' reports: {@code POST PREFIX/NAMESPACE/NAME}, with the job's token as bearer. The answer carries the number
 * of executors that the user wants, {@code null} where Spark decides.
 *
 * <p>Who has no token learns nothing: a job that there is not answers as one whose token is another.
 */
public final class ReportEndpoint implements Endpoint {
    private static final Pattern JOB = Pattern.compile("/([^/]+)/([^/]+)");
    private static final String BEARER = "Bearer ";
    private static final Answer NOT_FOUND = error(404, "reports go to PREFIX/NAMESPACE/NAME");
    private static final Answer NOT_A_POST = error(405, "a report is a POST").with("Allow", "POST");
    private static final Answer UNAUTHORIZED =
            error(401, "the job's report token is needed").with("WWW-Authenticate", "Bearer");

    /** Compared with where there is no job, so that this takes as long. */
    private static final String NO_TOKEN = "0".repeat(64);

    private final String prefix;
    private final ReportedJobs jobs;
    private final ObjectMapper json;

    /**
     * @param prefix the path below which reports come, such as {@code /report}
     */
    public ReportEndpoint(String prefix, ReportedJobs jobs, ObjectMapper json) {
        this.prefix = prefix;
        this.jobs = jobs;
        this.json = json;
    }

    @Override
    public Reception receive(Head head) {
        Matcher path = JOB.matcher(head.path().startsWith(prefix) ? head.path().substring(prefix.length()) : "");
        if (!path.matches()) {
            return new Reception.Answered(NOT_FOUND);
        }
        if (!head.method().equals("POST")) {
            return new Reception.Answered(NOT_A_POST);
        }
        JobKey key = new JobKey(path.group(1), path.group(2));
        Optional<ReportedJob> job = jobs.find(key);
        String token = job.map(ReportedJob::token).orElse(NO_TOKEN);
        if (!isToken(head.authorization(), token) || job.isEmpty()) {
            return new Reception.Answered(UNAUTHORIZED);
        }
        OptionalInt target = job.get().target();
        return new Reception.Wanted(body -> read(key, target, body));
    }

    private Answer read(JobKey job, OptionalInt target, byte[] body) {
        DriverReport report;
        try {
            JsonNode tree = json.readTree(body);
            report = ReportMessage.read(tree, job);
        } catch (ReportMessage.Malformed e) {
            return error(400, String.valueOf(e.getMessage()));
        } catch (IOException e) { // the bytes are in memory: they are no JSON
            return error(400, "no JSON: " + e.getMessage());
        }
        jobs.reported(job, report);
        return Answer.json(200, "{\"v\":1,\"target\":" + (target.isPresent() ? target.getAsInt() : "null") + "}");
    }

    /** Takes the same time wherever the two differ. An empty token is nobody's. */
    private static boolean isToken(@Nullable String authorization, String token) {
        return authorization != null
                && !token.isEmpty()
                && MessageDigest.isEqual(
                        authorization.getBytes(StandardCharsets.UTF_8),
                        (BEARER + token).getBytes(StandardCharsets.UTF_8));
    }

    private static Answer error(int status, String message) {
        return Answer.json(
                status,
                JsonNodeFactory.instance.objectNode().put("error", message).toString());
    }
}
