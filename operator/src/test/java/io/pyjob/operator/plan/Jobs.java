package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.DriverSpec;
import io.pyjob.api.ExecutorPython;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import io.pyjob.api.ScriptSource;
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
        job.setSpec(spec(instances, null, null));
        job.getMetadata().setGeneration(job.getMetadata().getGeneration() + 1);
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
