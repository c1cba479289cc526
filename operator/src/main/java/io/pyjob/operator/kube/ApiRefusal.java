package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pyjob.operator.plan.Refusal.Cause;
import java.util.Objects;
import java.util.Optional;

/**
 * Thrown when the API server does not take an object. What may be over in a moment (5xx, too many requests, no connection)
 * is no refusal; asking again is JOSDK's work.
 */
final class ApiRefusal extends RuntimeException {
    private final String object;
    private final boolean isExecutor;
    private final Cause refusalCause;

    ApiRefusal(String object, boolean isExecutor, Cause refusalCause, String message) {
        super(message);
        this.object = object;
        this.isExecutor = isExecutor;
        this.refusalCause = refusalCause;
    }

    String object() {
        return object;
    }

    boolean isExecutor() {
        return isExecutor;
    }

    Cause refusalCause() {
        return refusalCause;
    }

    String text() {
        return Objects.requireNonNullElse(getMessage(), "");
    }

    /** What kind of refusal an answer to a create is. */
    static Optional<Cause> cause(KubernetesClientException answer) {
        String text = message(answer);
        return switch (answer.getCode()) {
            case 400, 405, 413, 422 -> Optional.of(isPolicy(text) ? Cause.ADMISSION_DENIED : Cause.INVALID);
            case 403 -> Optional.of(forbidden(text));
            case 404 ->
                Optional.of(
                        text.contains("could not find the requested resource")
                                ? Cause.KIND_UNKNOWN
                                : Cause.NAMESPACE_GONE);
            default -> Optional.empty();
        };
    }

    /** The API server's own words. */
    static String message(KubernetesClientException answer) {
        Status status = answer.getStatus();
        String text = status == null ? answer.getMessage() : status.getMessage();
        return Objects.requireNonNullElse(text, "HTTP status " + answer.getCode());
    }

    /** Kubernetes has one code and reason for all of these; only the text tells them apart. */
    private static Cause forbidden(String text) {
        if (text.contains("exceeded quota")) {
            return Cause.QUOTA_EXCEEDED;
        }
        if (text.contains("violates PodSecurity")) {
            return Cause.POD_SECURITY;
        }
        if (text.contains("being terminated")) {
            return Cause.NAMESPACE_GONE;
        }
        return text.contains("cannot create resource") ? Cause.FORBIDDEN : Cause.ADMISSION_DENIED;
    }

    private static boolean isPolicy(String text) {
        return text.contains("admission webhook") || text.contains("ValidatingAdmissionPolicy");
    }
}
