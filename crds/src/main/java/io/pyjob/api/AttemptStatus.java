package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a job.
 *
 * @param number counts from 1
 * @param startTime when it was started
 * @param scriptStartTime when its script was first seen to run
 * @param completionTime when it came to its end; not there as long as it goes on
 * @param reason why it has ended, in one word
 * @param message the same for people, cut
 * @param exitCode the script's, or what stands for it
 * @param cause whose fault it was that it failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttemptStatus(
        @JsonPropertyDescription("Counts from 1; it is in the names of the attempt's pods.")
        int number,

        @JsonPropertyDescription("When it was started.") String startTime,

        @JsonPropertyDescription("When its script was first seen to run; not there if it never was.") @Nullable
        String scriptStartTime,

        @JsonPropertyDescription("When it came to its end; not there as long as it goes on.") @Nullable
        String completionTime,

        @JsonPropertyDescription("Why it has ended, in one word.") @Nullable
        String reason,

        @JsonPropertyDescription("Why it has ended, for people; the beginning of it.") @Nullable
        String message,

        @JsonPropertyDescription(
                "The script's exit code; 70 if it had no chance to say how it ended, 124 if it took too long.")
        @Nullable
        Integer exitCode,

        @JsonPropertyDescription(
                "Whose fault it was that it failed: Script, Infrastructure, Setup (it could not start) or Deadline.")
        @Nullable
        FailureCause cause) {

    /** One that begins. */
    public static AttemptStatus started(int number, String at) {
        return new AttemptStatus(number, at, null, null, null, null, null, null);
    }
}
