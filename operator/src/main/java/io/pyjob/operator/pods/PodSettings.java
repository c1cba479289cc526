package io.pyjob.operator.pods;

import io.pyjob.api.PythonSpec;

/**
 * What pods need to know of the installation.
 *
 * @param runtimeImage the image of the JVM containers
 * @param pythonImage the image of the Python containers of jobs that name none
 * @param reportUrl where drivers report to; empty for no reports
 */
public record PodSettings(String runtimeImage, String pythonImage, String reportUrl) {

    /** The image of a job's Python containers. */
    String pythonImageOf(PythonSpec python) {
        return python.image().equals(PythonSpec.DEFAULT_IMAGE) ? pythonImage : python.image();
    }
}
