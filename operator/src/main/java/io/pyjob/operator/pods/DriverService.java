package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.pyjob.api.PyJob;

/**
 * Where executors find the driver. It has a cluster address of its own (it is not headless): that is known before any pod
 * starts, so driver and executors are created together and nobody waits for a pod's address or for DNS.
 */
public final class DriverService {
    private DriverService() {}

    public static Service of(PyJob job) {
        SparkProperties properties = SparkProperties.of(job);
        return new ServiceBuilder()
                .withMetadata(OwnedMetadata.of(job, JobNames.of(job).service(), Labels.of(job)))
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(Labels.driverSelector(job))
                // The JVM listens some time before the kubelet calls the pod ready, and executors are waiting.
                .withPublishNotReadyAddresses(true)
                .withPorts(
                        port("driver-rpc", properties.driverPort()),
                        port("block-manager", properties.blockManagerPort()))
                .endSpec()
                .build();
    }

    private static ServicePort port(String name, int number) {
        return new ServicePortBuilder()
                .withName(name)
                .withProtocol("TCP")
                .withPort(number)
                .withTargetPort(new IntOrString(number))
                .build();
    }
}
