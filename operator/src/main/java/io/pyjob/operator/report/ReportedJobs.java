package io.pyjob.operator.report;

import io.pyjob.operator.plan.DriverReport;
import java.util.Optional;
import java.util.OptionalInt;

/** The jobs that reports are taken for. Asked from the endpoint's threads, several at a time. */
public interface ReportedJobs {

    /**
     * A job as the endpoint needs it.
     *
     * @param token what its driver must show
     * @param target how many executors the user wants; empty where Spark decides
     */
    record ReportedJob(String token, OptionalInt target) {}

    /** The job of that name; empty if there is none, or none that could have a driver. */
    Optional<ReportedJob> find(JobKey job);

    /** Takes what the driver of {@code job} said; its token has been checked. */
    void reported(JobKey job, DriverReport report);
}
