/** The Kubernetes objects of a job, each a function of the PyJob. Values in, values out: no IO, no clock, no randomness. */
@NullMarked
package io.pyjob.operator.pods;

import org.jspecify.annotations.NullMarked;
