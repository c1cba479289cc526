package io.pyjob.operator.pods;

import io.pyjob.api.PyJob;
import java.util.Objects;

/**
 * One run of a job: all that its pods are made from.
 *
 * @param job the job
 * @param number counts from 1
 * @param driverHost the address under which executors reach the driver
 * @param settings of the installation
 */
public record Attempt(PyJob job, int number, String driverHost, PodSettings settings) {

    JobNames names() {
        return JobNames.of(job);
    }

    String driverPodName() {
        return names().driverPod(number);
    }

    String executorPodName(int executorId) {
        return names().executorPod(number, executorId);
    }

    /**
     * Spark's application id. It carries some of the job's UID, because event logs are kept by application id and Spark
     * refuses to write one that an earlier job of the same name has left.
     */
    String applicationId() {
        return applicationId(job, number);
    }

    /** The same of any attempt. */
    public static String applicationId(PyJob job, int number) {
        String id = JobNames.of(job).base() + "-" + number;
        String uid = Objects.requireNonNullElse(job.getMetadata().getUid(), "");
        return uid.isEmpty() ? id : id + "-" + uid.substring(0, Math.min(8, uid.length()));
    }

    String namespace() {
        return Objects.requireNonNullElse(job.getMetadata().getNamespace(), "default");
    }

    String jobName() {
        return job.getMetadata().getName();
    }

    /** The job as messages name it: namespace/name. */
    String title() {
        return namespace() + "/" + jobName();
    }
}
