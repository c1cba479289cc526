/**
 * Tests on a real cluster, of what a user sees: {@code kubectl} as people type it, and pods that Kubernetes runs.
 *
 * <p>{@code e2e/run} installs PyJob and starts them. A class has a namespace of its own, see {@link OnCluster}.
 */
@NullMarked
package io.pyjob.e2e.cluster;

import org.jspecify.annotations.NullMarked;
