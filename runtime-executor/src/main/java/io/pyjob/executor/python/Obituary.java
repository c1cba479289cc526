package io.pyjob.executor.python;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Why a worker has ended, in the pool's words.
 *
 * @param cause one word, as docs/protocol.md lists them
 * @param message for the job's owner, complete by itself
 * @param stack where in the function it was, if that is known
 */
record Obituary(String cause, String message, Optional<String> stack) {
    /** Ends that nobody wanted. */
    static final Set<String> FAILURES =
            Set.of("workerMemory", "containerMemory", "killed", "crashed", "exited", "signalled");

    static Obituary parse(String answer) throws IOException {
        PoolJson json = PoolJson.parse(answer);
        return new Obituary(
                json.text("cause").orElse("killed"),
                json.text("message").orElseThrow(() -> new IOException("the pool gave no message")),
                json.text("stack"));
    }
}
