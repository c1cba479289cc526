package io.pyjob.operator.kube;

import io.pyjob.operator.pods.PodSettings;
import java.time.Duration;

/**
 * What the reconciler needs to know of the installation.
 *
 * @param pods what pods need to know of it
 * @param unschedulableTimeout how long a job may wait for room: its driver, or all of its executors
 */
public record KubeSettings(PodSettings pods, Duration unschedulableTimeout) {}
