package io.pyjob.operator.pods;

import io.pyjob.api.PythonSpec;
import java.util.List;

/**
 * What pods need to know of the installation.
 *
 * @param runtimeImage the image of the JVM containers
 * @param pythonImage the image of the Python containers of jobs that name none
 * @param reportUrl where drivers report to, without the job's part; empty for no reports
 * @param imagePullPolicy of all containers; empty for Kubernetes' own choice
 * @param imagePullSecrets names of Secrets, in the job's namespace, for the registries of these images
 * @param networkPolicies whether each job gets a NetworkPolicy that keeps others away from its pods
 * @param executorMetricsPort where executors offer their metrics to Prometheus; 0 for nowhere
 * @param ui what there is for looking at jobs
 */
public record PodSettings(
        String runtimeImage,
        String pythonImage,
        String reportUrl,
        String imagePullPolicy,
        List<String> imagePullSecrets,
        boolean networkPolicies,
        int executorMetricsPort,
        UiSettings ui) {

    public PodSettings {
        imagePullSecrets = List.copyOf(imagePullSecrets);
    }

    /** Settings of an installation that has nothing for looking at jobs. */
    public PodSettings(
            String runtimeImage,
            String pythonImage,
            String reportUrl,
            String imagePullPolicy,
            List<String> imagePullSecrets,
            boolean networkPolicies,
            int executorMetricsPort) {
        this(
                runtimeImage,
                pythonImage,
                reportUrl,
                imagePullPolicy,
                imagePullSecrets,
                networkPolicies,
                executorMetricsPort,
                UiSettings.NONE);
    }

    /** Settings that leave to Kubernetes how images are pulled, and to the namespace who may connect to whom. */
    public static PodSettings of(String runtimeImage, String pythonImage, String reportUrl) {
        return new PodSettings(runtimeImage, pythonImage, reportUrl, "", List.of(), false, 0);
    }

    /** Whether executors offer their metrics. */
    boolean hasExecutorMetrics() {
        return executorMetricsPort > 0;
    }

    /** The image of a job's Python containers. */
    String pythonImageOf(PythonSpec python) {
        return python.image().equals(PythonSpec.DEFAULT_IMAGE) ? pythonImage : python.image();
    }

    /** Where the driver of that job reports to. */
    String reportUrlOf(String namespace, String name) {
        return reportUrl + "/" + namespace + "/" + name;
    }
}
