package io.pyjob.executor;

import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.resource.ResourceDiscoveryPlugin;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceRequest;

/**
 * The addresses of an executor's GPUs. They are in the pod's other container, which this JVM does not see into and which has
 * those alone that Kubernetes has given it: so they are 0, 1, 2 and so on, the numbers by which CUDA there knows them. Spark
 * makes it by this name, from {@code spark.resources.discoveryPlugin}.
 */
public final class GpuAddresses implements ResourceDiscoveryPlugin {
    @Override
    public Optional<ResourceInformation> discoverResource(ResourceRequest request, SparkConf conf) {
        String name = request.id().resourceName();
        String[] addresses = IntStream.range(0, Math.toIntExact(request.amount()))
                .mapToObj(Integer::toString)
                .toArray(String[]::new);
        return Optional.of(new ResourceInformation(name, addresses));
    }
}
