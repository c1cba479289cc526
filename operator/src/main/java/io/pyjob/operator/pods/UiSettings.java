package io.pyjob.operator.pods;

import io.pyjob.api.LogPlace;
import java.util.Optional;

/**
 * What an installation has for looking at jobs.
 *
 * @param eventLog where jobs write their event logs that say nothing of it themselves
 * @param logs where what containers write is copied to, of jobs that say nothing of it themselves
 * @param onByDefault whether a driver has Spark's UI unless its job says otherwise
 * @param proxyNamespace where the pods are that show people running jobs' UIs; empty where there are none
 */
public record UiSettings(
        Optional<LogPlace> eventLog, Optional<LogPlace> logs, boolean onByDefault, String proxyNamespace) {
    /** An installation that has nothing for it. */
    public static final UiSettings NONE = new UiSettings(Optional.empty(), Optional.empty(), false, "");

    boolean hasProxy() {
        return !proxyNamespace.isEmpty();
    }
}
