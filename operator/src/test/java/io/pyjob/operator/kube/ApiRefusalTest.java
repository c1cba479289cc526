package io.pyjob.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pyjob.operator.plan.Refusal.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What API servers say, and what is made of it. */
final class ApiRefusalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | QUOTA_EXCEEDED | pods \"q1-1-driver\" is forbidden: exceeded quota: q, requested: pods=1, used:"
                        + " pods=1, limited: pods=1",
                "403 | ADMISSION_DENIED | pods \"q1-1-driver\" is forbidden: failed quota: q: must specify limits.cpu"
                        + " for: jvm",
                "403 | POD_SECURITY | pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\":"
                        + " allowPrivilegeEscalation != false",
                "403 | FORBIDDEN | pods is forbidden: User \"system:serviceaccount:pyjob:pyjob\" cannot create resource"
                        + " \"pods\" in API group \"\" in the namespace \"science\"",
                "403 | NAMESPACE_GONE | pods \"x\" is forbidden: unable to create new content in namespace science"
                        + " because it is being terminated",
                "403 | ADMISSION_DENIED | pods \"x\" is forbidden: maximum memory usage per Container is 512Mi, but"
                        + " limit is 1Gi",
                "403 | ADMISSION_DENIED | admission webhook \"policy.example.com\" denied the request: no",
                "400 | ADMISSION_DENIED | admission webhook \"policy.example.com\" denied the request: no",
                "422 | ADMISSION_DENIED | pods \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b'"
                        + " denied request: no",
                "422 | INVALID | Service \"x-driver\" is invalid: spec.ports[1].port: Duplicate value",
                "404 | NAMESPACE_GONE | namespaces \"science\" not found"
            })
    void refusals(int code, Cause cause, String message) {
        KubernetesClientException answer = answer(code, message);
        assertThat(ApiRefusal.cause(answer)).contains(cause);
        assertThat(ApiRefusal.message(answer)).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 409, 429, 500, 503, 504})
    void whatMayPassByItselfIsNoRefusal(int code) {
        assertThat(ApiRefusal.cause(answer(code, "later"))).isEmpty();
    }

    @Test
    void anAnswerWithoutAStatusHasAMessage() {
        assertThat(ApiRefusal.message(new KubernetesClientException("connection reset")))
                .isEqualTo("connection reset");
    }

    private static KubernetesClientException answer(int code, String message) {
        return new KubernetesClientException(
                "Failure executing: POST. Message: " + message,
                code,
                new StatusBuilder().withCode(code).withMessage(message).build());
    }
}
