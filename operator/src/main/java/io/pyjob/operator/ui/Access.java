package io.pyjob.operator.ui;

/** Who may see which job's pages. Asking may take time, and fail with an exception if nobody could be asked. */
public interface Access {

    /** Whether the user of that token may see that job. */
    Verdict judge(String token, String namespace, String job);

    /** What comes of it. */
    sealed interface Verdict {
        /** The user may. */
        record Allowed() implements Verdict {}

        /** The user may not. */
        record Forbidden(String user) implements Verdict {}

        /** The token is nobody's. */
        record Unknown() implements Verdict {}
    }
}
