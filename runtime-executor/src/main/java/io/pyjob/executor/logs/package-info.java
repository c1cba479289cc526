/** Copies of what a pod's containers write, in a folder that outlives the pod. */
@NullMarked
package io.pyjob.executor.logs;

import org.jspecify.annotations.NullMarked;
