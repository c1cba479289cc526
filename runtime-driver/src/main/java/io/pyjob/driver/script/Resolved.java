package io.pyjob.driver.script;

import java.util.List;

/**
 * What Ivy has come to.
 *
 * @param jars paths of the jars, with those that they need in turn
 * @param evictions packages of which one version gave way to another, in a sentence each
 */
record Resolved(List<String> jars, List<String> evictions) {
    static final Resolved NOTHING = new Resolved(List.of(), List.of());

    Resolved {
        jars = List.copyOf(jars);
        evictions = List.copyOf(evictions);
    }
}
