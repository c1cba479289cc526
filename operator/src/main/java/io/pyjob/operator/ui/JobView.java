package io.pyjob.operator.ui;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of a job whose pages somebody wants to see.
 *
 * @param phase its phase; empty for one that is gone
 * @param hasUi whether its driver is to have Spark's UI, as far as the manifest says
 * @param driver where its driver is, if that runs
 * @param applications its attempts as Spark knows them, by number
 */
public record JobView(String phase, boolean hasUi, Optional<Driver> driver, List<Application> applications) {

    /** A driver's Spark UI, whether it is on or not; {@code application} is its id. */
    public record Driver(String address, int port, String application) {}

    /** An attempt as event logs know it; {@code told} is what the status says of its end, empty if nothing. */
    public record Application(int attempt, String id, String told) {}

    public JobView {
        applications = List.copyOf(applications);
    }

    boolean isGone() {
        return phase.isEmpty();
    }

    boolean isOver() {
        return phase.equals("Succeeded") || phase.equals("Failed") || phase.equals("Cancelled");
    }

    boolean owns(String application) {
        return applications.stream().anyMatch(a -> a.id().equals(application));
    }

    boolean runs(String application) {
        return driver.filter(d -> Objects.equals(d.application(), application)).isPresent();
    }
}
