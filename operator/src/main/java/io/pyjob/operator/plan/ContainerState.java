package io.pyjob.operator.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a container is.
 *
 * <p>Kubernetes gives a container that a signal ended the exit code 128 + signal; so does this.
 */
public sealed interface ContainerState {

    /** Not started yet; {@code reason} is Kubernetes' own word for why, for instance ImagePullBackOff. */
    record Waiting(String reason, String message) implements ContainerState {
        public static final Waiting TO_START = new Waiting("", "");
    }

    /** Started and not ended. */
    record Running(Instant since) implements ContainerState {}

    /**
     * Ended; {@code message} is what it left in its termination log, empty if nothing; {@code reason} is Kubernetes' own word
     * for why, for instance OOMKilled, empty where nobody gives one.
     */
    record Ended(int exitCode, Instant at, String message, String reason) implements ContainerState {
        /** One of which only its exit code is known. */
        public Ended(int exitCode, Instant at, String message) {
            this(exitCode, at, message, "");
        }

        /** Kubernetes' own word for the end of a container of which nobody knows how it ended, as its pod is lost. */
        public static final String LOST = "ContainerStatusUnknown";

        /** Our word for the end of a container that never ran, since one that comes before it has failed. */
        public static final String INIT_FAILED = "InitContainerFailed";

        /** Whether nobody knows how it ended. */
        boolean isLost() {
            return reason.equals(LOST);
        }

        /** Whether the kernel ended it, or a process in it, because it reached its memory limit. */
        public boolean isOutOfMemory() {
            return reason.equals("OOMKilled");
        }
    }

    /** How it ended, if it has. */
    default Optional<Ended> ended() {
        return this instanceof Ended e ? Optional.of(e) : Optional.empty();
    }
}
