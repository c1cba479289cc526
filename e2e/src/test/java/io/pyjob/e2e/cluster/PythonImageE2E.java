package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Any image with Python serves. */
@OnCluster
final class PythonImageE2E {
    private final TestNamespace namespace;

    PythonImageE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @Test
    void anImageWithoutAShell() {
        String image = Cluster.shelllessImage()
                .orElseGet(() -> Assumptions.abort("PYJOB_E2E_SHELLLESS_IMAGE names no image without a shell"));
        Job job = namespace.run("no-shell", Scripts.SPARK + """
                import os

                def shells(_):
                    return [path for path in ("/bin/sh", "/bin/bash", "/bin/dash") if os.path.exists(path)]

                print(shells(0), sc.parallelize([0], 1).map(shells).collect())
                """, """
                python: {image: "%s"}
                executors: {instances: 1}
                """.formatted(image));
        assertThat(job.succeeds()).isEqualTo("[] [[]]\n");
    }
}
