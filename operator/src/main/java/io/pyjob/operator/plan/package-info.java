/** Decides what to do for a job: values in, values out. No IO, no clock, no randomness of its own. */
@NullMarked
package io.pyjob.operator.plan;

import org.jspecify.annotations.NullMarked;
