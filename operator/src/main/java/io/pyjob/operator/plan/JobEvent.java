package io.pyjob.operator.plan;

/**
 * Something that has happened to a job or a schedule, for {@code kubectl describe}.
 *
 * @param isWarning whether somebody should look at it
 * @param reason one word
 * @param message for a person
 */
public record JobEvent(boolean isWarning, String reason, String message) {
    public static JobEvent normal(String reason, String message) {
        return new JobEvent(false, reason, message);
    }

    public static JobEvent warning(String reason, String message) {
        return new JobEvent(true, reason, message);
    }
}
