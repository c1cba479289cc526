package io.pyjob.operator.schedule;

import java.time.Instant;

/**
 * A run that the API server has refused, for a reason that may pass and may not.
 *
 * @param run the name of the run
 * @param message what the API server says
 * @param retryAt when it may be tried again
 */
public record RunRefusal(String run, String message, Instant retryAt) {}
