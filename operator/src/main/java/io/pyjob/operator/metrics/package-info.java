/** What the operator counts and times. */
@NullMarked
package io.pyjob.operator.metrics;

import org.jspecify.annotations.NullMarked;
