/** Carries plans out on Kubernetes: informers become what is observed, actions become calls of the API server. */
@NullMarked
package io.pyjob.operator.kube;

import org.jspecify.annotations.NullMarked;
