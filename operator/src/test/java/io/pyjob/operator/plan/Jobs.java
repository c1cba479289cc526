package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.DriverSpec;
import io.pyjob.api.ExecutorPython;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import io.pyjob.api.RestartPolicy;
import io.pyjob.api.RestartSpec;
import io.pyjob.api.ScriptSource;
import io.pyjob.api.TimeoutSpec;
import io.pyjob.api.TtlSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jobs to plan for. */
final class Jobs {
    private Jobs() {}

    static PyJob withExecutors(int instances) {
        return job(instances, null, null);
    }

    static PyJob dynamic(int instances, int min, int max) {
        return job(instances, min, max);
    }

    /** The user edits the number of executors. */
    static void scale(PyJob job, int instances) {
        ExecutorsSpec e = job.getSpec().executors();
        PyJobSpec s = job.getSpec();
        edit(
                job,
                s.with(new ExecutorsSpec(
                        instances, e.min(), e.max(), e.cores(), e.cpu(), e.memory(), e.python(), e.gpu(), e.pod())));
    }

    /** The user edits when the script is run again. */
    static PyJob restart(PyJob job, RestartSpec restart) {
        PyJobSpec s = job.getSpec();
        return life(job, s.suspend(), restart, s.timeout(), s.ttlAfterFinished());
    }

    /** The script is run again when it has failed. */
    static PyJob onFailure(PyJob job) {
        return restart(job, new RestartSpec(RestartPolicy.OnFailure, null, null, null, null, "10m"));
    }

    /** The user edits whether the job waits. */
    static PyJob suspend(PyJob job, boolean suspend) {
        PyJobSpec s = job.getSpec();
        return life(job, suspend, s.restart(), s.timeout(), s.ttlAfterFinished());
    }

    /** The user edits how long the job may take. */
    static PyJob timeout(PyJob job, @Nullable String start, @Nullable String run) {
        PyJobSpec s = job.getSpec();
        return life(job, s.suspend(), s.restart(), new TimeoutSpec(start, run), s.ttlAfterFinished());
    }

    /** The user edits what goes by itself. */
    static PyJob ttl(PyJob job, @Nullable String pods, @Nullable String ofJob) {
        PyJobSpec s = job.getSpec();
        return life(job, s.suspend(), s.restart(), s.timeout(), new TtlSpec(pods, ofJob));
    }

    /** The user edits how many pods of executors that have ended are kept while others work. */
    static PyJob keep(PyJob job, int executorPods) {
        PyJobSpec s = job.getSpec();
        return life(job, s.suspend(), s.restart(), s.timeout(), new TtlSpec(null, null, executorPods));
    }

    private static PyJob life(PyJob job, boolean suspend, RestartSpec restart, TimeoutSpec timeout, TtlSpec ttl) {
        return edit(job, job.getSpec().with(suspend, restart, timeout, ttl));
    }

    private static PyJob edit(PyJob job, PyJobSpec spec) {
        job.setSpec(spec);
        job.getMetadata().setGeneration(job.getMetadata().getGeneration() + 1);
        return job;
    }

    private static PyJob job(int instances, @Nullable Integer min, @Nullable Integer max) {
        PyJob job = new PyJob();
        job.getMetadata().setName("flights");
        job.getMetadata().setNamespace("science");
        job.getMetadata().setUid("3f2a9c1b-0000-4000-8000-000000000000");
        job.getMetadata().setGeneration(1L);
        job.setSpec(spec(instances, min, max));
        return job;
    }

    private static PyJobSpec spec(int instances, @Nullable Integer min, @Nullable Integer max) {
        return new PyJobSpec(
                ScriptSource.ofPath("/app/flights.py"),
                List.of(),
                PythonSpec.DEFAULT,
                DriverSpec.DEFAULT,
                new ExecutorsSpec(instances, min, max, 1, null, new Quantity("1Gi"), ExecutorPython.DEFAULT),
                Map.of());
    }
}
