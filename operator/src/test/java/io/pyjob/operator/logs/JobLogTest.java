package io.pyjob.operator.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JobLogTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:04Z");

    private static PyJobStatus status(Phase phase, @Nullable String message, Condition... conditions) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("phase", phase);
        fields.put("message", message);
        fields.put("conditions", List.of(conditions));
        return Serialization.unmarshal(Serialization.asJson(fields), PyJobStatus.class);
    }

    private static Condition condition(String type, String status, String reason, String message) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .build();
    }

    private static Optional<JobLog.Line> line(PyJobStatus before, PyJobStatus after) {
        PyJob job = new PyJob();
        job.setMetadata(new ObjectMetaBuilder()
                .withCreationTimestamp("2026-11-21T10:00:00Z")
                .build());
        return JobLog.line(job, before, after, NOW);
    }

    @Test
    void aPhaseIsALine() {
        assertThat(line(status(Phase.Pending, null), status(Phase.Starting, null)))
                .contains(new JobLog.Line(false, "Pending -> Starting after 4 s", "Starting", ""));
    }

    @Test
    void anEndHasAReasonAndAFailureItsMessagesFirstLine() {
        Condition finished = condition("Finished", "True", "ScriptFailed", "");
        assertThat(line(status(Phase.Running, null), status(Phase.Failed, "ValueError: no\nTraceback ...", finished)))
                .contains(
                        new JobLog.Line(true, "Running -> Failed after 4 s: ValueError: no", "Failed", "ScriptFailed"));
        assertThat(line(
                        status(Phase.Running, null),
                        status(Phase.Succeeded, "fine", condition("Finished", "True", "Succeeded", ""))))
                .contains(new JobLog.Line(false, "Running -> Succeeded after 4 s", "Succeeded", "Succeeded"));
    }

    @Test
    void aStallIsToldOnceForEachReason() {
        PyJobStatus fine = status(Phase.Starting, null, condition("Stalled", "False", "GoesOn", ""));
        PyJobStatus pull =
                status(Phase.Starting, null, condition("Stalled", "True", "ErrImagePull", "no such image\nx"));
        PyJobStatus backOff = status(Phase.Starting, null, condition("Stalled", "True", "ImagePullBackOff", "waits"));
        assertThat(line(fine, pull))
                .contains(new JobLog.Line(true, "held up: ErrImagePull: no such image", "Starting", "ErrImagePull"));
        assertThat(line(pull, pull)).isEmpty();
        assertThat(line(pull, backOff)).isPresent();
        assertThat(line(backOff, fine)).contains(new JobLog.Line(false, "goes on", "Starting", ""));
        assertThat(line(fine, fine)).isEmpty();
    }
}
