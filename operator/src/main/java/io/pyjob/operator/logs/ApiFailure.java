package io.pyjob.operator.logs;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** Says in one line why the API server did not do something. */
public final class ApiFailure {
    private ApiFailure() {}

    /** The API server's own words, or why there are none. */
    public static String reason(KubernetesClientException e) {
        return e.getCode() == 0 ? "the API server did not answer: " + root(e) : String.valueOf(e.getMessage());
    }

    /** What is at the bottom of it. */
    public static String root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
