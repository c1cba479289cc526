/** Carries plans out as processes of this machine: no Kubernetes. What a kubelet does with a pod is done here. */
@NullMarked
package io.pyjob.operator.local;

import org.jspecify.annotations.NullMarked;
