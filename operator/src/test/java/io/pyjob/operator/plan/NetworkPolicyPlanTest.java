package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.created;
import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.operator.pods.PodSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NetworkPolicyPlanTest {
    @Test
    void aPolicyIsWrittenBeforeTheServiceAndOnce() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
        cluster.settings = new PodSettings("runtime", "python", "http://operator/report", "", List.of(), true, 0);
        assertThat(created(cluster.step())).containsExactly("Secret", "ConfigMap", "NetworkPolicy", "Service");
        assertThat(created(cluster.step())).containsExactly("flights-1-driver", "flights-1-exec-1");
        assertThat(cluster.plan().actions()).isEmpty();
    }

    @Test
    void noneIsWrittenUnlessTheInstallationAsksForIt() {
        assertThat(created(new SimulatedCluster(Jobs.withExecutors(1)).plan())).doesNotContain("NetworkPolicy");
    }
}
