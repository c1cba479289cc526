package io.pyjob.operator.ui;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;

/** Asks the API server who somebody is (TokenReview), and whether they may {@code get} the PyJob (SubjectAccessReview). */
public final class ClusterAccess implements Access {
    private final KubernetesClient client;

    public ClusterAccess(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Verdict judge(String token, String namespace, String job) {
        TokenReview review = client.authentication()
                .v1()
                .tokenReviews()
                .create(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .endSpec()
                        .build());
        if (review.getStatus() == null
                || !Boolean.TRUE.equals(review.getStatus().getAuthenticated())) {
            return new Verdict.Unknown();
        }
        UserInfo user = review.getStatus().getUser();
        return mayGet(user, namespace, job) ? new Verdict.Allowed() : new Verdict.Forbidden(user.getUsername());
    }

    private boolean mayGet(UserInfo user, String namespace, String job) {
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user.getUsername())
                .withUid(user.getUid())
                .withGroups(user.getGroups())
                .withExtra(user.getExtra() == null ? Map.of() : user.getExtra())
                .withNewResourceAttributes()
                .withGroup("pyjob.io")
                .withResource("pyjobs")
                .withVerb("get")
                .withNamespace(namespace)
                .withName(job)
                .endResourceAttributes()
                .endSpec()
                .build();
        return client.authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }
}
