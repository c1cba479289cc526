package io.pyjob.operator.plan;

import io.pyjob.api.Timeline;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of a job's objects at one moment.
 *
 * @param secret whether the job's Secret is there
 * @param configMap whether the job's ConfigMap is there
 * @param driverAddress the cluster address of the driver's Service, once that is there
 * @param pods the job's pods of every attempt, in any order, ended ones included for as long as they are kept
 * @param report what the driver of the current attempt said last
 * @param refusals writes for this job that were refused and have not been tried with success since
 * @param noted the time line as the last plan had it, which may know more than the status
 */
public record Observed(
        boolean secret,
        boolean configMap,
        Optional<String> driverAddress,
        List<ObservedPod> pods,
        Optional<DriverReport> report,
        List<Refusal> refusals,
        Timeline noted) {
    public static final Observed NOTHING = new Observed(false, false, Optional.empty(), List.of(), Optional.empty());

    public Observed {
        pods = List.copyOf(pods);
        refusals = List.copyOf(refusals);
    }

    /** Where nothing was refused. */
    public Observed(
            boolean secret,
            boolean configMap,
            Optional<String> driverAddress,
            List<ObservedPod> pods,
            Optional<DriverReport> report) {
        this(secret, configMap, driverAddress, pods, report, List.of());
    }

    /** Where nothing has been noted. */
    public Observed(
            boolean secret,
            boolean configMap,
            Optional<String> driverAddress,
            List<ObservedPod> pods,
            Optional<DriverReport> report,
            List<Refusal> refusals) {
        this(secret, configMap, driverAddress, pods, report, refusals, Timeline.NONE);
    }
}
