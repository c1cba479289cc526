package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a pod asks the scheduler for: its containers together with its sidecars, or what its start takes if that is more. */
final class PodRequests {
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);

    private final SortedMap<String, BigDecimal> sidecars = new TreeMap<>();
    private final SortedMap<String, BigDecimal> most = new TreeMap<>();

    private PodRequests() {}

    static SortedMap<String, String> of(Pod pod) {
        return texts(amounts(pod));
    }

    /** As an object of Kubernetes has them. */
    static SortedMap<String, String> texts(SortedMap<String, BigDecimal> amounts) {
        SortedMap<String, String> texts = new TreeMap<>();
        amounts.forEach((name, amount) -> texts.put(name, text(name, amount)));
        return texts;
    }

    static SortedMap<String, BigDecimal> amounts(Pod pod) {
        PodRequests requests = new PodRequests();
        for (Container container : pod.getSpec().getInitContainers()) {
            requests.start(container);
        }
        SortedMap<String, BigDecimal> all = new TreeMap<>(requests.sidecars);
        pod.getSpec().getContainers().forEach(container -> add(all, of(container)));
        all.forEach((name, amount) -> requests.most.merge(name, amount, BigDecimal::max));
        return requests.most;
    }

    /** One after the other, while all sidecars before it go on. */
    private void start(Container container) {
        if ("Always".equals(container.getRestartPolicy())) {
            add(sidecars, of(container));
            sidecars.forEach((name, amount) -> most.merge(name, amount, BigDecimal::max));
        } else {
            SortedMap<String, BigDecimal> now = new TreeMap<>(sidecars);
            add(now, of(container));
            now.forEach((name, amount) -> most.merge(name, amount, BigDecimal::max));
        }
    }

    private static void add(SortedMap<String, BigDecimal> sum, Map<String, Quantity> more) {
        more.forEach((name, quantity) -> sum.merge(name, quantity.getNumericalAmount(), BigDecimal::add));
    }

    /** A limit without a request is the request, too. */
    private static Map<String, Quantity> of(Container container) {
        ResourceRequirements resources = container.getResources();
        Map<String, Quantity> requests = new TreeMap<>();
        if (resources != null) {
            if (resources.getLimits() != null) {
                requests.putAll(resources.getLimits());
            }
            if (resources.getRequests() != null) {
                requests.putAll(resources.getRequests());
            }
        }
        return requests;
    }

    private static String text(String name, BigDecimal amount) {
        return name.equals("cpu")
                ? amount.multiply(MILLIS).toBigInteger() + "m"
                : amount.toBigInteger().toString();
    }
}
