package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.e2e.Registry;
import org.junit.jupiter.api.Test;

/** Images of a registry that asks for a password. */
@OnCluster
final class RegistryE2E {
    private final TestNamespace namespace;

    RegistryE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @Test
    void anImageIsPulledOnceItsPasswordIsThere() {
        try (Registry registry = Registry.start()) {
            String image = registry.push(Cluster.pythonImage(), "team/python:1");
            Job job = namespace.run("private-image", Scripts.SPARK + """
                    print(sc.parallelize([1, 2], 1).map(lambda n: n + 1).collect())
                    """, """
                    python: {image: "%s"}
                    executors: {instances: 1}
                    pods:
                      imagePullSecrets: [{name: registry}]
                    """.formatted(image));
            Condition stalled = job.awaits("Stalled");
            assertThat(stalled.getReason()).isIn("ErrImagePull", "ImagePullBackOff");
            assertThat(stalled.getMessage()).contains("container python", image);

            namespace
                    .kubectl(
                            "create",
                            "secret",
                            "docker-registry",
                            "registry",
                            "--docker-server=" + registry.address(),
                            "--docker-username=" + Registry.USER,
                            "--docker-password=" + Registry.PASSWORD)
                    .ok();
            assertThat(job.succeeds()).isEqualTo("[2, 3]\n");
        } finally {
            namespace
                    .kubectl("delete", "secret", "registry", "--ignore-not-found")
                    .ok();
        }
    }
}
