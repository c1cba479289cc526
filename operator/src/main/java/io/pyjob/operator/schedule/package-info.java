/** Decides what to do for a schedule: values in, values out. No IO, no clock, no randomness of its own. */
@NullMarked
package io.pyjob.operator.schedule;

import org.jspecify.annotations.NullMarked;
