package io.pyjob.operator.kube;

import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;

/** Is told what becomes of jobs. Called on the reconciler's threads, several at a time, though never two for one job. */
public interface JobListener {

    /** The status of {@code job} was {@code before}, and {@code after} has been written. */
    void statusChanged(PyJob job, PyJobStatus before, PyJobStatus after);
}
