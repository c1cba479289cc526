package io.pyjob.operator.schedule;

import io.pyjob.api.PyJobSchedule;
import io.pyjob.operator.pods.JobNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The names of a schedule's runs. They follow from the schedule's name and the time, so that the API server refuses to have the
 * same run twice. They are short enough to be kept in the names of pods and Services.
 */
final class RunNames {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuuMMddHHmm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int TIME_CHARACTERS = "-202601312359".length();
    private static final int HASH_CHARACTERS = 11;

    private final String base;

    private RunNames(String base) {
        this.base = base;
    }

    static RunNames of(PyJobSchedule schedule) {
        return new RunNames(JobNames.base(schedule.getMetadata().getName(), JobNames.MAX_BASE - TIME_CHARACTERS));
    }

    /** In UTC, where no minute comes twice. */
    String at(Instant time) {
        return base + '-' + MINUTE.format(time);
    }

    /**
     * A trigger may be any text, also one that was there before: so what was before it is in the hash too. The letter keeps it
     * apart from times.
     */
    String triggeredBy(String trigger, Trigger last) {
        String whole = last.run() + '\n' + last.value() + '\n' + trigger;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
            return base + "-t" + HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
