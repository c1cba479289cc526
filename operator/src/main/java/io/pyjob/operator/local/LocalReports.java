package io.pyjob.operator.local;

import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.DriverReport;
import io.pyjob.operator.report.JobKey;
import io.pyjob.operator.report.ReportedJobs;
import java.util.Optional;
import java.util.Queue;

/**
 * The one job of a run. What its driver says becomes an event of the run.
 *
 * @param token what the driver shows
 */
record LocalReports(PyJob job, String token, Queue<AgentEvent> events) implements ReportedJobs {
    @Override
    public Optional<ReportedJob> find(JobKey asked) {
        JobKey own =
                new JobKey(job.getMetadata().getNamespace(), job.getMetadata().getName());
        return asked.equals(own) ? Optional.of(new ReportedJob(token, LocalRun.target(job))) : Optional.empty();
    }

    @Override
    public void reported(JobKey unused, DriverReport report) {
        events.add(new AgentEvent.Reported(report));
    }
}
