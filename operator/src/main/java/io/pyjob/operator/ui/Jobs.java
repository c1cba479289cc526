package io.pyjob.operator.ui;

import java.net.URI;
import java.util.Optional;

/** What there is to see. Asking may take time, and fail with an exception if nobody could be asked. */
public interface Jobs {

    /** What is known of that job; one that is gone may have left event logs. */
    JobView find(String namespace, String job);

    /** The history server of that namespace's event logs, if there is one. */
    Optional<URI> history(String namespace);
}
