package io.pyjob.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.pyjob.api.PyJobSchedule;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What JOSDK makes of the reconcilers. */
final class ControllersTest {
    @Test
    void schedulesHaveAControllerThatSeesAnnotations() {
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(Config.empty()).build()) {
            Operator operator = new Operator(o -> {
                PyJobReconciler.configure(o);
                o.withKubernetesClient(client).withCloseClientOnStop(false);
            });
            RegisteredController<PyJobSchedule> schedules = operator.register(
                    new PyJobScheduleReconciler(client, (schedule, before, after) -> {}, Clock.systemUTC()),
                    o -> o.settingNamespaces(Set.of("team-a")));
            ControllerConfiguration<PyJobSchedule> configuration = schedules.getConfiguration();
            assertThat(configuration.getResourceTypeName()).isEqualTo("pyjobschedules.pyjob.io");
            assertThat(configuration.isGenerationAware()).isFalse();
            assertThat(configuration.getEffectiveNamespaces()).containsExactly("team-a");
        }
    }
}
